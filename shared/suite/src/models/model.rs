//! What a model is made of: a configuration, a web, a way to run it, and what
//! must hold after it.
//!
//! Next: `workers`.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use checker::check::{Model, Quantity};
use checker::run;
use shared::sync::spawn;
use shared::sync::thread::Scope;
use shared::{NotStarted, Report, Url};

use super::view::view;
use super::web::Web;
use crate::config::{Config, outcome};

/// How long a request takes where time matters.
pub const TAKES: Duration = Duration::from_millis(100);

/// Runs a configuration against a web.
pub type Play = fn(&Config, &Web) -> Result<Report, NotStarted>;

/// A model of this configuration, after which `holds` must hold.
pub fn model(
    name: &'static str,
    says: &'static str,
    config: Config,
    web: fn(&Config) -> Web,
    play: Play,
    holds: fn(&Config, &Web, &Report) -> bool,
) -> Model {
    base(name, says, config, move |config| {
        let web = web(config);
        let report = play(config, &web).expect("enough threads");
        run::came_to(|| came_to(config, &web, &report));
        holds(config, &web, &report)
    })
}

/// A model of this configuration: each URL is with one worker at a time.
pub fn base(
    name: &'static str,
    says: &'static str,
    config: Config,
    body: impl Fn(&Config) -> bool + Send + Sync + 'static,
) -> Model {
    let tokens = config.urls().iter().map(Url::to_string).collect();
    let size = config.size();
    let body = Arc::new(move || body(&config));
    Model { size, tokens, view, body, ..Model::new(name, says, || ()) }
}

/// A function that returns models, one a row: what it says; its name, and the
/// other arguments of [`model`] but for `play`; and what else it is.
macro_rules! models {
    (#[doc = $what:literal] $all:ident: $(
        #[doc = $says:literal]
        $name:ident: $config:expr, $web:expr, $holds:expr $(=> $more:expr)?;
    )+) => {
        #[doc = $what]
        pub fn $all(play: Play) -> Vec<Model> {
            vec![$({
                let (name, says) = (stringify!($name), $says.trim_ascii());
                let model = model(name, says, $config, $web, play, $holds);
                $(let model = $more(model);)?
                model
            }),+]
        }
    };
}
pub(super) use models;

/// The same, with at most this many forced switches.
pub fn at_most(bound: usize) -> impl Fn(Model) -> Model {
    move |model| model.bounded(bound)
}

/// The same, whose graph has more states than are searched each time.
pub fn huge(bound: usize) -> impl Fn(Model) -> Model {
    move |model| model.bounded(bound).huge()
}

/// The same, if the property must be seen in some interleaving, not in all.
pub fn in_some(model: Model) -> Model {
    Model { kind: Quantity::Some, ..model }
}

/// Starts the thread that stops the run: before the workers, so that loom
/// tries an early stop before a late one. If no thread is to stop it, `stop` is
/// handed back, so that what it owns is not dropped at the start.
pub fn stopper<'scope, F: FnOnce() + Send + 'scope>(
    config: &Config,
    scope: &'scope Scope<'scope, '_>,
    stop: F,
) -> Option<F> {
    if !config.stops {
        return Some(stop);
    }
    spawn(scope, "stopper", stop).expect("a thread");
    None
}

/// A [`Play`] for the `Program` of this module: all of it, and a thread that
/// stops it.
#[macro_export]
macro_rules! play {
    ($module:path) => {
        |config: &$crate::Config, web: &$crate::models::web::Web| {
            use $module as module;
            let (settings, urls) = (config.settings.clone(), config.urls());
            let program = module::Program::new(settings, urls);
            let stopper = program.stopper();
            shared::sync::thread::scope(|threads| {
                let stop = move || stopper.stop();
                let _kept = $crate::models::stopper(config, threads, stop);
                program.run(web, web)
            })
        }
    };
}

/// The outcome of a run, on which two engines must agree.
fn came_to(config: &Config, web: &Web, report: &Report) -> String {
    let states = &report.states;
    let sites = config.urls().into_iter().enumerate().map(|(id, url)| {
        format!("{url} {:?} {:?}", web.times(&url), states.get(id))
    });
    let sites: Vec<_> = sites.collect();
    let (order, listings) = (web.order(), web.listings().len());
    format!("{sites:?} {order:?} {listings} {}", states.polls())
}

/// Nothing special.
pub fn fine(config: &Config) -> Web {
    Web::of(config)
}

/// It keeps the order of all requests.
pub fn meeting(config: &Config) -> Web {
    Web::with(config, |ways| ways.meeting = true)
}

/// From its first poll on `a` answers only when `b` was polled twice.
pub fn slow(config: &Config) -> Web {
    Web::with(config, |ways| ways.slow = Some((1, 2)))
}

/// A request takes a tenth of a second.
pub fn timed(config: &Config) -> Web {
    Web::with(config, |ways| ways.takes = TAKES)
}

/// Each URL was polled exactly as often as there are rounds.
pub fn every_round(config: &Config, web: &Web, report: &Report) -> bool {
    let rounds = config.settings.rounds.map_or(0, NonZeroU64::get);
    let rounds = vec![rounds; config.scripts.len()];
    assert_eq!(web.polls(), rounds, "polls of each URL");
    board(config, web, report)
}

/// The same; and the run took as long as its requests, one after the other.
pub fn in_time(config: &Config, web: &Web, report: &Report) -> bool {
    let polls = u32::try_from(report.states.polls()).expect("a few");
    assert_eq!(report.elapsed, TAKES * polls, "how long the run took");
    every_round(config, web, report)
}

/// The board has every poll, and the last state of each URL.
pub fn board(config: &Config, web: &Web, report: &Report) -> bool {
    let states = &report.states;
    let made: u64 = web.polls().iter().sum();
    assert_eq!(states.polls(), made, "polls on the board, polls made");
    for (id, url) in config.urls().iter().enumerate() {
        let last = web.last(url).map(outcome);
        assert_eq!(states.get(id), last, "the last state of {url}");
    }
    true
}
