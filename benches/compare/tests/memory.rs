//! How much a URL costs beyond its text: counted by the allocator while the
//! pollers run.

use std::alloc::System;
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use compare::design::Design;
use shared::http::{Method, StatusCode};
use shared::{HttpClient, HttpError, Settings, Status, Url};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const URLS: usize = 200_000;

/// Looks at the heap in every request, and keeps the most it has seen.
struct Watch(AtomicUsize);

impl HttpClient for Watch {
    fn head(&self, _: &Url) -> Result<Status, HttpError> {
        self.0.fetch_max(held(), Ordering::Relaxed);
        Ok(Status(StatusCode::OK, Method::Head))
    }
}

fn held() -> usize {
    let stats = HEAP.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// The schedule, the states and the queues, and the list of URLs too.
#[test]
fn a_url_costs_at_most_128_bytes_beyond_its_text() {
    for design in [Design::Mutex, Design::Channel] {
        let before = held();
        let mut text = 0;
        let name = |n| format!("https://site-{n}.example/");
        let url = |n| {
            let name = name(n);
            text += name.len();
            Url::unchecked(name.as_str())
        };
        let urls: Arc<[Url]> = (0..URLS).map(url).collect();
        let web = Watch(AtomicUsize::new(0));
        let settings = Settings {
            pollers: NonZeroUsize::new(4).unwrap(),
            interval: Duration::ZERO,
            rounds: NonZeroU64::new(2),
            ..Settings::default()
        };
        let ready = design.ready(settings, urls, &web, &());
        let report = (ready.run)().unwrap();
        assert_eq!(report.states.polls(), 2 * URLS as u64);
        let most = web.0.load(Ordering::Relaxed) - before - text;
        println!("{}: {} bytes a URL", design.name(), most / URLS);
        assert!(most <= 128 * URLS, "{}: {most}", design.name());
    }
}
