//! The progress line, on a terminal made of a string.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use compare::progress::{Count, Counted, Goal, Progress};
use indicatif::{ProgressDrawTarget, TermLike};
use shared::http::fake::FakeHttp;
use shared::{HttpClient, Url};

/// Tells of everything that is written to it.
#[derive(Debug)]
struct Terminal(Mutex<Sender<String>>);

impl Terminal {
    fn tell(&self, what: &str) -> io::Result<()> {
        // The test may have seen enough.
        let _ = self.0.lock().unwrap().send(what.into());
        Ok(())
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        80
    }
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn write_line(&self, text: &str) -> io::Result<()> {
        self.tell(text)
    }
    fn write_str(&self, text: &str) -> io::Result<()> {
        self.tell(text)
    }
    fn clear_line(&self) -> io::Result<()> {
        self.tell("(cleared)")
    }
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn terminal() -> (ProgressDrawTarget, Receiver<String>) {
    let (writes, written) = mpsc::channel();
    let terminal = Box::new(Terminal(Mutex::new(writes)));
    (ProgressDrawTarget::term_like(terminal), written)
}

fn start(
    target: ProgressDrawTarget,
    goal: Goal,
    after: Duration,
    count: &Arc<Count>,
) -> Progress {
    Progress::start(target, "mutex", goal, after, count.clone())
}

/// The first line with letters, waited for as long as it takes.
fn line(written: &Receiver<String>) -> String {
    let is_line = |text: &String| text.contains("polls");
    written.iter().find(is_line).expect("it draws").trim_end().into()
}

/// One test at a time: the line is one for the process.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn it_says_how_far_a_long_run_is_and_is_gone_at_the_end() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let count = Arc::<Count>::default();
    let web = Counted::new(FakeHttp::new(), Some(count.clone()));
    let urls = ["http://a/", "http://b/"].map(Url::unchecked);
    for _ in 0..617 {
        urls.iter().for_each(|url| assert!(web.head(url).is_ok()));
    }
    assert_eq!(count.polls(), 1_234);
    let goals = [
        (Goal { polls: Some(5_000), time: None }, "1,234 of 5,000 polls, "),
        (Goal::default(), "1,234 polls, "),
    ];
    for (goal, wanted) in goals {
        let (target, written) = terminal();
        let progress = start(target, goal, Duration::ZERO, &count);
        let line = line(&written);
        assert!(line.starts_with(&format!("mutex: {wanted}")), "{line}");
        drop(progress);
        let rest: Vec<_> = written.try_iter().collect();
        let last = |what| rest.iter().rposition(|text| text.contains(what));
        let (drawn, cleared) = (last("polls"), last("(cleared)"));
        assert!(cleared.is_some() && drawn < cleared, "{rest:?}");
    }
}

/// Nor does a short one wait for it.
#[test]
fn a_run_that_ends_at_once_shows_none() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (target, written) = terminal();
    let count = Arc::<Count>::default();
    drop(start(target, Goal::default(), Duration::MAX, &count));
    let drawn: Vec<_> = written.try_iter().collect();
    assert_eq!(drawn, [""; 0]);
}
