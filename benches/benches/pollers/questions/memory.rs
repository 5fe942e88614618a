//! What a URL takes in memory.

use benches::rounds::Measured;
use compare::design::Design;
use shared::Settings;
use shared::http::fake::FakeHttp;

use super::{ask, both, none, urls};
use crate::HEAP;
use crate::points::Asked;
use crate::unit::Unit;

pub fn of_a_url<'a>() -> Asked<'a> {
    let size = 100_000;
    let asked = ask(
        ["memory", "What does a URL take in memory, beyond its text?"],
        "URLs",
        (Unit::Plain("bytes"), "Bytes, ready to run"),
        none,
    );
    asked.at(size as f64, both(move |design| bytes(design, size)))
}

fn bytes(design: Design, size: usize) -> Measured {
    let held = || {
        let stats = HEAP.stats();
        stats.bytes_allocated as f64 - stats.bytes_deallocated as f64
    };
    let before = held();
    let urls = urls(size);
    let text: usize = urls.iter().map(|url| url.as_str().len()).sum();
    let (settings, web) = (Settings::default(), FakeHttp::new());
    let ready = design.ready(settings, urls, &web, &());
    let figure = (held() - before - text as f64) / size as f64;
    drop(ready);
    Measured { figure, ..Measured::default() }
}
