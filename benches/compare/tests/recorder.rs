//! What the recorder holds in memory, counted by the allocator.

use std::alloc::System;
use std::panic::resume_unwind;
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use compare::record::{Poll, Recorder};
use shared::http::fake::FakeHttp;
use shared::http::{Method, StatusCode};
use shared::{HttpClient, HttpError, Settings, Status, Url};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One test at a time: the allocator counts for all.
static ALONE: Mutex<()> = Mutex::new(());

fn held() -> isize {
    let stats = HEAP.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}

fn recorder(urls: &[Url], keep: usize) -> Recorder<FakeHttp> {
    let interval = Duration::from_nanos(1);
    let settings = Settings { interval, ..Settings::default() };
    Recorder::new(FakeHttp::new(), &settings, urls, keep)
}

/// It used to keep 90 bytes of each poll, forever.
#[test]
fn its_memory_does_not_grow_with_the_polls() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let urls = [Url::unchecked("http://a/"), Url::unchecked("http://b/")];
    let recorder = recorder(&urls, 100);
    let poll = |times| {
        let one = |n: usize| recorder.head(&urls[n % 2]);
        assert!((0..times).map(one).all(|found| found.is_ok()));
        held()
    };
    let before = poll(1_000);
    let after = poll(300_000);
    // The histogram may meet a longer time than before, and grow once.
    assert!(after - before < 300_000, "{} bytes more", after - before);
    let recorded = recorder.into_recorded();
    assert_eq!(recorded.polls.len(), 100);
    assert_eq!(recorded.left_out, 300_900);
    assert!(recorded.late.is_some());
}

/// Beyond the URL's text, which it shares.
#[test]
fn it_holds_few_bytes_of_a_url() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let name = |n| Url::unchecked(&format!("http://site-{n}.example/"));
    let urls: Vec<Url> = (0..100_000).map(name).collect();
    let before = held();
    let recorder = recorder(&urls, 0);
    assert!(urls.iter().all(|url| recorder.head(url).is_ok()));
    let bytes = (held() - before) / urls.len() as isize;
    assert!(bytes <= 100, "{bytes} bytes a URL");
    assert_eq!(recorder.into_recorded().polls, []);
}

/// Answers, except that `slow` waits for its turn and `broken` panics.
struct Web {
    begun: Barrier,
    go_on: Barrier,
}

impl HttpClient for Web {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        match url.as_str() {
            "slow" => {
                self.begun.wait();
                self.go_on.wait();
            }
            "broken" => resume_unwind(Box::new("broken")),
            _ => {}
        }
        Ok(Status(StatusCode::OK, Method::Head))
    }
}

/// The first that begin, and not the first that end; one that panics, too.
#[test]
fn it_keeps_the_first_that_begin() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let urls = ["slow", "broken", "fine"].map(Url::unchecked);
    let web = Web { begun: Barrier::new(2), go_on: Barrier::new(2) };
    let settings = Settings::default();
    let recorder = Recorder::new(&web, &settings, &urls, 2);
    thread::scope(|scope| {
        scope.spawn(|| recorder.head(&urls[0]));
        web.begun.wait();
        scope.spawn(|| recorder.head(&urls[1])).join().unwrap_err();
        recorder.head(&urls[2]).unwrap();
        web.go_on.wait();
    });
    let recorded = recorder.into_recorded();
    let found = |poll: &Poll| (poll.url.clone(), poll.status);
    let kept: Vec<_> = recorded.polls.iter().map(found).collect();
    let slow = (urls[0].clone(), Ok(Status(StatusCode::OK, Method::Head)));
    let broken = (urls[1].clone(), Err(HttpError::Panicked));
    assert_eq!(kept, [slow, broken]);
    assert_eq!(recorded.left_out, 1);
}
