//! That a benchmark measures what it says: each design polls each resource as
//! often as claimed, and no more.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use benches::lines::{Line, Work, urls};
use compare::design::Design;
use shared::Settings;
use shared::http::fake::FakeHttp;
use suite::real::watch;

const DESIGNS: [Design; 5] = [
    Design::Mutex,
    Design::Channel,
    Design::AsPostedMutex,
    Design::AsPostedChannel,
    Design::Codewalk,
];

#[test]
fn every_design_polls_each_url_as_often_as_claimed() {
    let _watch = watch("every design");
    for design in DESIGNS {
        let (urls, web) = (urls(7), FakeHttp::new().counted());
        let settings = Settings {
            pollers: NonZeroUsize::new(4).unwrap(),
            interval: Duration::ZERO,
            rounds: NonZeroU64::new(5),
            ..Settings::default()
        };
        let ready = design.ready(settings, urls.clone(), &web, &());
        (ready.run)().unwrap();
        for url in urls.iter() {
            assert_eq!(web.asked(url), 5, "{}: {url}", design.name());
        }
    }
}

#[test]
fn every_line_counts_what_it_did() {
    let _watch = watch("every line");
    let lines = DESIGNS.map(Line::Design);
    for line in lines.into_iter().chain([Line::Partition]) {
        // 7 URLs, so at least 50 is 8 rounds; and fewer URLs than workers.
        for (count, asked, polls) in [(7, 50, 56), (2, 5, 6)] {
            let work = Work::Cpu(Duration::ZERO);
            let sample = line.run(4, &urls(count), asked, work);
            assert_eq!(sample.polls, polls, "{}", line.name());
        }
    }
    for line in [Line::LockPair, Line::SendAndReceive, Line::WakingHop] {
        // Three workers do 34 each.
        let sample = line.run(3, &urls(1), 100, Work::Cpu(Duration::ZERO));
        let all = if line == Line::WakingHop { 50 } else { 102 };
        assert_eq!(sample.polls, all, "{}", line.name());
    }
}
