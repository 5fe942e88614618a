//! What a URL takes in memory: a program of its own, which `cargo bench` runs.
//! It counts all allocations, and that would slow down what is timed; most of
//! all the channel side, which allocates where the lock side does not.

use std::alloc::System;
use std::env;
use std::process::ExitCode;

use benches::lines::urls;
use benches::out::end_without_a_reader;
use clap::ValueEnum;
use compare::design::Design;
use shared::Settings;
use shared::http::fake::FakeHttp;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Prints the bytes of a URL, beyond its text.
fn main() -> ExitCode {
    end_without_a_reader();
    let args: Vec<String> = env::args().skip(1).collect();
    let design = args.first().map(|name| Design::from_str(name, false));
    let size = args.get(1).map(|size| size.parse());
    let (Some(Ok(design)), Some(Ok(size))) = (design, size) else {
        eprintln!("error: name a design and a number of URLs: `mutex 1000`");
        return ExitCode::from(2);
    };
    println!("{}", bytes(design, size));
    ExitCode::SUCCESS
}

/// In a program that is ready to run.
fn bytes(design: Design, size: usize) -> f64 {
    let held = || {
        let stats = HEAP.stats();
        stats.bytes_allocated as f64 - stats.bytes_deallocated as f64
    };
    let before = held();
    let urls = urls(size);
    let text: usize = urls.iter().map(|url| url.as_str().len()).sum();
    let (settings, web) = (Settings::default(), FakeHttp::new());
    let ready = design.ready(settings, urls, &web, &());
    let bytes = (held() - before - text as f64) / size as f64;
    drop(ready);
    bytes
}
