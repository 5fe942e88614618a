//! What both pollers must do in every interleaving: the models of
//! `mutex-poller/tests/loom.rs` and `channel-poller/tests/loom.rs`.
//!
//! A model is a small program on the shipped functions, and a property. It is
//! small because interleavings multiply; two of each thing is mostly enough
//! to go wrong. Bugs that need three workers have a model with three.
//!
//! Next: [`web`](super::web), what they poll.

use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use super::catch_panic;
use super::check::{Model, Quantity};
use super::time::NEVER;
use super::web::{BROKEN, NOT_FOUND, Times, Web, outcome, urls};
use crate::http::fake::Answer;
use crate::sync::limit_threads;
use crate::{HttpError, NotStarted, Report, Settings, Url};

/// What a model runs.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Workers, rounds and intervals. Nothing is listed unless it says so.
    pub settings: Settings,
    /// `a`, `b`, `c`.
    pub urls: Vec<Url>,
    /// It is told to stop, at any moment.
    pub stops: bool,
}

/// Runs a scene before a web.
pub type Play = fn(&Scene, &Web) -> Result<Report, NotStarted>;

impl Scene {
    fn new(pollers: usize, count: usize, rounds: u64) -> Self {
        let settings = Settings {
            pollers: NonZeroUsize::new(pollers).expect("a worker at least"),
            interval: Duration::ZERO,
            backoff: Duration::ZERO,
            status_interval: NEVER,
            rounds: NonZeroU64::new(rounds),
            spread: false,
        };
        Scene { settings, urls: urls(count), stops: false }
    }

    fn every(mut self, interval: Duration) -> Self {
        self.settings.interval = interval;
        self.settings.backoff = interval;
        self
    }

    fn stopped(self) -> Self {
        Scene { stops: true, ..self }
    }

    fn size(&self) -> String {
        let many = |n: u64, thing| match n {
            1 => format!("1 {thing}"),
            n => format!("{n} {thing}s"),
        };
        let workers = many(self.settings.pollers.get() as u64, "worker");
        let urls = many(self.urls.len() as u64, "URL");
        let rounds = match self.settings.rounds {
            Some(rounds) => many(rounds.get(), "round"),
            None => "no end".into(),
        };
        let stop = if self.stops { " x a stop" } else { "" };
        format!("{workers} x {urls} x {rounds}{stop}")
    }

    fn rounds(&self) -> Vec<u64> {
        let rounds = self.settings.rounds.map_or(0, NonZeroU64::get);
        vec![rounds; self.urls.len()]
    }
}

/// A model: this scene, in which `holds` must hold afterwards.
pub fn model(
    name: &'static str,
    says: &'static str,
    scene: Scene,
    web: fn(&Scene) -> Web,
    play: Play,
    holds: fn(&Scene, &Web, &Report) -> bool,
) -> Model {
    let size = scene.size();
    let body = move || {
        let web = web(&scene);
        let report = play(&scene, &web).expect("enough threads");
        holds(&scene, &web, &report)
    };
    let body = Arc::new(body);
    Model { name, says, size, bound: None, kind: Quantity::All, body }
}

impl Model {
    /// The same, with no more than so many forced switches.
    pub fn bounded(self, bound: usize) -> Self {
        Model { bound: Some(bound), ..self }
    }
}

fn fine(scene: &Scene) -> Web {
    Web::new(scene.urls.len())
}

/// Each URL was polled exactly as often as there are rounds.
fn every_round(scene: &Scene, web: &Web, report: &Report) -> bool {
    assert_eq!(web.polls(), scene.rounds(), "polls of each URL");
    board(scene, web, report)
}

/// The board has every poll, and the last state of each URL.
fn board(scene: &Scene, web: &Web, report: &Report) -> bool {
    let states = &report.states;
    let made: u64 = web.polls().iter().sum();
    assert_eq!(states.polls(), made, "polls on the board, polls made");
    for (id, url) in scene.urls.iter().enumerate() {
        let last = web.last(url).map(outcome);
        assert_eq!(states.get(id), last, "the last state of {url}");
    }
    true
}

const SECOND: Duration = Duration::from_secs(1);

/// The models for a finished poller: `functions` runs its functions without
/// the thread that lists, `program` the whole of it, with no more than `bound`
/// forced switches.
pub fn finished(functions: Play, program: Play, bound: usize) -> Vec<Model> {
    let mut models = of_functions(functions);
    let whole = of_program(program).into_iter();
    models.extend(whole.map(|model| model.bounded(bound)));
    models
}

fn of_functions(functions: Play) -> Vec<Model> {
    vec![
        never_two_at_once(functions),
        every_round_is_polled(functions),
        least_recently_polled_first(functions),
        all_end_when_rounds_are_done(functions),
        three_end_when_rounds_are_done(functions),
        all_end_after_timed_waits(functions),
        all_end_when_told_to_stop(functions),
        a_stop_ends_a_timed_wait(functions),
        a_slow_site_holds_nobody_up(functions),
        a_slow_site_holds_no_timed_wait_up(functions),
        who_wakes_for_nothing_sleeps_again(functions),
        three_workers_and_a_slow_site(functions),
        the_last_state_stands(functions),
        a_failed_poll_gives_back(functions),
        a_panicked_poll_gives_back(functions),
        two_polls_can_overlap(functions),
        each_poll_at_its_time(functions),
        no_poll_is_early(functions),
        a_stop_begins_nothing_more(functions),
    ]
}

fn of_program(program: Play) -> Vec<Model> {
    let mut models = vec![
        the_whole_program_ends(program),
        the_whole_program_stops(program),
        all_workers_begin(program),
        the_board_is_listed(program),
        a_slow_listing_holds_nobody_up(program),
        a_listing_is_no_part_of_the_run(program),
        a_panic_at_an_error_ends_it(program),
        a_panic_at_a_listing_ends_it(program),
    ];
    models.extend(too_few_threads(program));
    models
}

/// The names of all models of both pollers.
pub fn names() -> impl Iterator<Item = &'static str> {
    let nowhere: Play = |_, _| unreachable!("only its name is asked for");
    let one = one_worker_has_one_interleaving(nowhere);
    let all = finished(nowhere, nowhere, 0).into_iter();
    all.chain(original(nowhere)).chain([one]).map(|model| model.name)
}

/// The models for an original of 2010, which knows no intervals.
pub fn original(program: Play) -> Vec<Model> {
    let named = |name, model| Model { name, ..model };
    vec![
        named("as_posted_never_two_at_once", {
            let scene = Scene::new(2, 1, 1);
            let says = "As posted: no URL is polled by two workers at once.";
            model("", says, scene, fine, program, board)
        }),
        named("as_posted_every_round_is_polled", {
            let scene = Scene::new(1, 4, 1);
            let says = "As posted: each URL is polled once a round.";
            model("", says, scene, fine, program, every_round)
        }),
        named("as_posted_stops", {
            let scene = Scene::new(1, 1, 2).stopped();
            let says = "As posted: it ends when told to, at any moment.";
            model("", says, scene, fine, program, board)
        }),
    ]
}

fn never_two_at_once(play: Play) -> Model {
    let says = "No URL is polled by two workers at once.";
    let scene = Scene::new(2, 1, 2);
    model("never_two_at_once", says, scene, fine, play, board)
}

fn every_round_is_polled(play: Play) -> Model {
    let says = "No URL is lost: each is polled once a round, no more, no less.";
    let scene = Scene::new(2, 2, 2);
    model("every_round_is_polled", says, scene, fine, play, every_round)
}

fn least_recently_polled_first(play: Play) -> Model {
    let says = "The least recently polled goes first.";
    let scene = Scene::new(2, 3, 2);
    let web = |scene: &Scene| fine(scene).meeting();
    let name = "least_recently_polled_first";
    model(name, says, scene, web, play, in_order).bounded(2)
}

/// Whoever is polled again has been overtaken by nobody, but for those that
/// are handed out and not yet asked for: at most one to each other worker.
fn in_order(scene: &Scene, web: &Web, _: &Report) -> bool {
    let order = web.order();
    for (at, url) in order.iter().enumerate() {
        let before =
            |url: &Url| order[..at].iter().filter(|u| *u == url).count();
        let behind = scene.urls.iter().filter(|u| before(u) < before(url));
        let behind: Vec<_> = behind.collect();
        assert!(
            behind.len() < scene.settings.pollers.get(),
            "{url} is polled again before {} and {}",
            behind[0],
            behind[1]
        );
    }
    true
}

fn all_end_when_rounds_are_done(play: Play) -> Model {
    let says = "All workers end when the rounds are done.";
    let scene = Scene::new(2, 1, 1);
    model("all_end_when_rounds_are_done", says, scene, fine, play, every_round)
}

fn three_end_when_rounds_are_done(play: Play) -> Model {
    let says = "The same with three, of whom two may sleep: both must wake.";
    let scene = Scene::new(3, 1, 1);
    let name = "three_end_when_rounds_are_done";
    model(name, says, scene, fine, play, every_round)
}

fn all_end_after_timed_waits(play: Play) -> Model {
    let says = "They end, with an interval: who waits for a time wakes up.";
    let scene = Scene::new(2, 1, 2).every(SECOND);
    model("all_end_after_timed_waits", says, scene, fine, play, every_round)
}

fn all_end_when_told_to_stop(play: Play) -> Model {
    let says = "All workers end when told to stop, at any moment.";
    let scene = Scene::new(2, 1, 2).stopped();
    model("all_end_when_told_to_stop", says, scene, fine, play, board)
        .bounded(3)
}

fn a_stop_ends_a_timed_wait(play: Play) -> Model {
    let says = "The same while they wait for a time that is far away.";
    let scene = Scene::new(2, 1, 2).every(NEVER).stopped();
    model("a_stop_ends_a_timed_wait", says, scene, fine, play, board)
}

fn a_slow_site_holds_nobody_up(play: Play) -> Model {
    let says = "While one URL is slow to answer, the others are polled.";
    let scene = Scene::new(2, 2, 2);
    let web = |scene: &Scene| fine(scene).slow(1, 2);
    let name = "a_slow_site_holds_nobody_up";
    model(name, says, scene, web, play, every_round).bounded(3)
}

fn a_slow_site_holds_no_timed_wait_up(play: Play) -> Model {
    let says =
        "The same with an interval: somebody wakes for each that is due.";
    let scene = Scene::new(2, 2, 2).every(SECOND);
    let web = |scene: &Scene| fine(scene).slow(1, 2);
    let name = "a_slow_site_holds_no_timed_wait_up";
    model(name, says, scene, web, play, every_round).bounded(3)
}

fn who_wakes_for_nothing_sleeps_again(play: Play) -> Model {
    let says = "Who wakes up and finds the work taken sleeps again.";
    // Both wake for `a`. Who does not get it must still be there for `b`.
    let scene = Scene::new(2, 2, 2).every(SECOND);
    let web = |scene: &Scene| {
        let lost = Answer::Error(HttpError::Lost);
        fine(scene).script_of_b(&[lost, Answer::OK]).slow(2, 2)
    };
    let name = "who_wakes_for_nothing_sleeps_again";
    model(name, says, scene, web, play, every_round).bounded(3)
}

fn three_workers_and_a_slow_site(play: Play) -> Model {
    let says = "The same with three workers.";
    let scene = Scene::new(3, 3, 2).every(SECOND);
    let web = |scene: &Scene| fine(scene).slow(1, 2);
    let name = "three_workers_and_a_slow_site";
    model(name, says, scene, web, play, every_round).bounded(1)
}

/// One worker over channels: everybody waits for one other, so there is
/// nothing for a scheduler to choose (a Kahn network).
pub fn one_worker_has_one_interleaving(play: Play) -> Model {
    let says = "One worker, and channels: there is nothing to choose.";
    let scene = Scene::new(1, 3, 2);
    let name = "one_worker_has_one_interleaving";
    let model = model(name, says, scene, fine, play, every_round);
    Model { kind: Quantity::One, ..model }
}

fn the_last_state_stands(play: Play) -> Model {
    let says = "The status board shows the last state of each URL.";
    let scene = Scene::new(2, 3, 2);
    let web = |s: &Scene| Web::scripted(s.urls.len(), &[Answer::OK, NOT_FOUND]);
    model("the_last_state_stands", says, scene, web, play, board).bounded(2)
}

fn a_failed_poll_gives_back(play: Play) -> Model {
    let says = "A poll that fails gives its resource back.";
    let scene = Scene::new(2, 1, 2);
    let web = |scene: &Scene| {
        let lost = Answer::Error(HttpError::Lost);
        Web::scripted(scene.urls.len(), &[lost, Answer::OK])
    };
    model("a_failed_poll_gives_back", says, scene, web, play, every_round)
}

fn a_panicked_poll_gives_back(play: Play) -> Model {
    let says = "A poll that panics gives its resource back.";
    // As many panics as workers: none may die of one.
    let scene = Scene::new(2, 1, 3);
    let web = |scene: &Scene| {
        let script = [Answer::Panic, Answer::Panic, Answer::OK];
        Web::scripted(scene.urls.len(), &script)
    };
    model("a_panicked_poll_gives_back", says, scene, web, play, every_round)
}

fn two_polls_can_overlap(play: Play) -> Model {
    let says = "Two polls can be under way at once.";
    let scene = Scene::new(2, 2, 1);
    let web = |scene: &Scene| fine(scene).meeting();
    let name = "two_polls_can_overlap";
    let most = |_: &Scene, web: &Web, _: &Report| web.most() == 2;
    let model = model(name, says, scene, web, play, most);
    Model { kind: Quantity::Some, ..model }
}

fn the_whole_program_ends(play: Play) -> Model {
    let says = "The whole program, with its status board, ends.";
    let scene = Scene::new(1, 2, 2);
    model("the_whole_program_ends", says, scene, fine, play, every_round)
}

fn the_whole_program_stops(play: Play) -> Model {
    let says = "The whole program ends when told to stop, at any moment.";
    let scene = Scene::new(1, 1, 2).every(NEVER).stopped();
    model("the_whole_program_stops", says, scene, fine, play, board)
}

fn all_workers_begin(play: Play) -> Model {
    let says = "All workers begin: one that waits for an answer is not alone.";
    let scene = Scene::new(2, 2, 1);
    let web = |scene: &Scene| fine(scene).slow(1, 1);
    model("all_workers_begin", says, scene, web, play, every_round)
}

fn the_board_is_listed(play: Play) -> Model {
    let says = "The status board is listed once an interval.";
    let web = |scene: &Scene| fine(scene);
    let name = "the_board_is_listed";
    let model = model(name, says, listed(), web, play, |scene, web, report| {
        every_round(scene, web, report);
        assert!(web.listings() <= 1, "{} listings", web.listings());
        web.listings() == 1
    });
    Model { kind: Quantity::Some, ..model }
}

fn a_slow_listing_holds_nobody_up(play: Play) -> Model {
    let says = "While it is being listed, polls go on.";
    let web = |scene: &Scene| fine(scene).slow_log(2);
    let name = "a_slow_listing_holds_nobody_up";
    model(name, says, listed(), web, play, every_round)
}

fn a_listing_is_no_part_of_the_run(play: Play) -> Model {
    let says = "How long the run took is said without the last listing.";
    let web = |scene: &Scene| fine(scene).taking_to_list(NEVER);
    let name = "a_listing_is_no_part_of_the_run";
    let model = model(name, says, listed(), web, play, |_, web, report| {
        web.listings() == 1 && report.elapsed < NEVER
    });
    Model { kind: Quantity::Some, ..model }
}

/// The time for a listing comes once: the second time is never.
fn listed() -> Scene {
    let mut scene = Scene::new(1, 1, 2);
    scene.settings.status_interval = NEVER * 2 / 3;
    scene
}

/// A request takes a tenth of a second, and its answers are an error now and
/// then.
fn timed(scene: &Scene) -> Web {
    let lost = Answer::Error(HttpError::Lost);
    let script = [Answer::OK, lost, lost, Answer::OK];
    Web::scripted(scene.urls.len(), &script).taking(SECOND / 10)
}

fn each_poll_at_its_time(play: Play) -> Model {
    let says = "Each poll begins when it is due, to the nanosecond.";
    let mut scene = Scene::new(2, 1, 5);
    scene.settings.interval = SECOND;
    scene.settings.backoff = SECOND * 10;
    model("each_poll_at_its_time", says, scene, timed, play, |s, web, _| {
        let begins = web.times(&s.urls[0]).into_iter().map(|t| t.begin);
        // A tenth for the poll, and a second, and ten for each error.
        let due = [0, 11, 122, 333, 344].map(|tenths| SECOND / 10 * tenths);
        assert_eq!(begins.collect::<Vec<_>>(), due, "when polls began");
        true
    })
    .bounded(2)
}

fn no_poll_is_early(play: Play) -> Model {
    let says = "No poll begins before it is due.";
    let scene = Scene::new(2, 2, 2).every(SECOND);
    let name = "no_poll_is_early";
    let holds = |scene: &Scene, web: &Web, _: &Report| {
        for url in &scene.urls {
            let times = web.times(url);
            let early = |two: &[Times]| two[1].begin < two[0].end + SECOND;
            assert!(!times.windows(2).any(early), "{url} early: {times:?}");
        }
        true
    };
    model(name, says, scene, timed, play, holds).bounded(3)
}

fn a_stop_begins_nothing_more(play: Play) -> Model {
    let says = "Once a stop is heard, a worker begins what it has in hand, \
                and no more.";
    let scene = Scene::new(1, 2, 2).stopped();
    let web = |scene: &Scene| fine(scene).counting_after_stop();
    let name = "a_stop_begins_nothing_more";
    model(name, says, scene, web, play, |_, web, _| {
        let after = web.after_stop();
        assert!(after <= 1, "{after} polls began after the stop was heard");
        true
    })
}

/// A model of a run that its log ends, by a panic.
fn broken(
    name: &'static str,
    says: &'static str,
    scene: Scene,
    web: fn(&Scene) -> Web,
    play: Play,
) -> Model {
    let size = scene.size();
    let body = move || {
        let web = web(&scene).broken_log();
        let ended = catch_panic(|| play(&scene, &web));
        let panic = ended.expect_err("it ended as if nothing had happened");
        assert_eq!(panic.downcast_ref(), Some(&BROKEN), "its panic");
        true
    };
    let body = Arc::new(body);
    Model { name, says, size, bound: None, kind: Quantity::All, body }
}

fn a_panic_at_an_error_ends_it(play: Play) -> Model {
    let says = "If the log panics at an error, the run ends with that panic.";
    // The other worker sleeps till the end of time, if it is not woken.
    let mut scene = Scene::new(2, 2, 2).every(NEVER);
    scene.settings.rounds = None;
    let web = |scene: &Scene| {
        fine(scene).script_of_b(&[Answer::Error(HttpError::Lost)])
    };
    broken("a_panic_at_an_error_ends_it", says, scene, web, play)
}

fn a_panic_at_a_listing_ends_it(play: Play) -> Model {
    let says = "If the log panics at a listing, the run ends with that panic.";
    let mut scene = listed().every(NEVER);
    scene.settings.rounds = None;
    let name = "a_panic_at_a_listing_ends_it";
    broken(name, says, scene, fine, play)
}

/// Models of runs that get as many threads as the name says. Two workers and
/// the lister are three; over channels there is a monitor, too.
fn too_few_threads(play: Play) -> impl Iterator<Item = Model> {
    let says = "If a thread cannot be started, nothing is polled, and it ends.";
    let scene = Scene::new(2, 1, 1);
    let size = scene.size();
    let names = ["no_thread", "one_thread", "two_threads", "three_threads"];
    names.into_iter().enumerate().map(move |(threads, name)| {
        let scene = scene.clone();
        let body = move || {
            let web = fine(&scene);
            limit_threads(threads);
            let ended = play(&scene, &web);
            let polls = web.polls().iter().sum::<u64>();
            assert!(ended.is_ok() || polls == 0, "polled, and gave up");
            assert!(ended.is_err() || threads == 3, "three are needed");
            true
        };
        let (size, body) = (size.clone(), Arc::new(body));
        Model { name, says, size, bound: None, kind: Quantity::All, body }
    })
}
