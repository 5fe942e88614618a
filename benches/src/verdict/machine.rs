//! Where and with what a benchmark ran, and who else used the machine.
//!
//! Next: [`chart`](super::chart).

use std::env::consts::{ARCH, OS};
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::tables::Table;

/// Counts what other programs take, from its making on.
pub struct Others {
    began: Instant,
    took: Option<Duration>,
}

impl Others {
    /// Starts counting.
    pub fn start() -> Self {
        Others { began: Instant::now(), took: others() }
    }

    /// Their share of all CPU time; `None` where the system does not tell.
    fn share(&self) -> Option<f64> {
        let took = others()?.checked_sub(self.took?)?;
        let most = self.began.elapsed().as_secs_f64() * cores() as f64;
        Some(took.as_secs_f64() / most)
    }
}

/// CPU time of all programs but this one, and those that it has started and
/// that have ended. Linux tells it, in hundredths of a second.
fn others() -> Option<Duration> {
    let sum = |fields: &str, from: usize, count: usize| -> u64 {
        let fields = fields.split_whitespace().skip(from).take(count);
        fields.filter_map(|field| field.parse::<u64>().ok()).sum()
    };
    // `cpu`, and then user, nice, system.
    let all = sum(&fs::read_to_string("/proc/stat").ok()?, 1, 3);
    // Behind its name: user and system, and those of its children.
    let mine = fs::read_to_string("/proc/self/stat").ok()?;
    let mine = sum(mine.rsplit_once(')')?.1, 11, 4);
    Some(Duration::from_millis(all.saturating_sub(mine) * 10))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn said(program: &str, args: &[&str]) -> Option<String> {
    let here = env!("CARGO_MANIFEST_DIR");
    let out = Command::new(program).args(args).current_dir(here).output();
    let out = out.ok().filter(|out| out.status.success())?;
    Some(String::from_utf8_lossy(&out.stdout).trim().to_string())
}

/// What is known of the machine, after all has been measured.
pub fn look(others: &Others) -> Table {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": "));
    let cpu = model.map_or("unknown", |(_, name)| name);
    let unknown = || "unknown".to_string();
    let date = humantime::format_rfc3339_seconds(SystemTime::now());
    // With `-dirty` at its end if there were changes.
    let commit = ["describe", "--always", "--dirty", "--exclude=*"];
    let others_took = others.share().map_or_else(unknown, |share| {
        let busy = ": machine busy, trust the order, not the ratios";
        let busy = if share > 0.15 { busy } else { "" };
        format!("{:.0} % of the CPU{busy}", share * 1e2)
    });
    let rows = [
        ("date", date.to_string()[..10].to_string()),
        ("processor", format!("{cpu}, {} cores, {OS} {ARCH}", cores())),
        ("compiler", said("rustc", &["--version"]).unwrap_or_else(unknown)),
        ("commit", said("git", &commit).unwrap_or_else(unknown)),
        ("took", format!("{:.0} s", others.began.elapsed().as_secs_f64())),
        ("other programs", others_took),
    ];
    Table(rows.map(|(name, text)| vec![name.into(), text]).into())
}
