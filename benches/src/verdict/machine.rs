//! Where and with what a benchmark ran, and who else used the machine.
//!
//! Next: [`chart`](super::chart).

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use compare::measure::CpuClock;

/// Where a benchmark ran.
#[derive(Debug, Default, Serialize)]
pub struct Machine {
    /// The processor, as the system names it.
    pub cpu: String,
    /// How many threads it runs at once.
    pub cores: usize,
    /// Operating system and architecture.
    pub system: String,
    /// `rustc --version`.
    pub rustc: String,
    /// Versions of the libraries that are compared.
    pub crates: String,
    /// The commit, and whether there were changes.
    pub commit: String,
    /// The share of the CPU time that other programs took, or null.
    pub others: Option<f64>,
    /// How long all of it took.
    pub seconds: f64,
}

/// Counts what other programs take, from its making on.
pub struct Others {
    began: Instant,
    mine: CpuClock,
    all: Option<Duration>,
    // What the programs took that the benchmark itself has started.
    started: Cell<Duration>,
}

impl Others {
    /// Starts counting.
    pub fn start() -> Self {
        let (began, mine) = (Instant::now(), CpuClock::start());
        Others { began, mine, all: busy(), started: Cell::default() }
    }

    /// So much was taken by programs that the benchmark has started itself:
    /// these are no others.
    pub fn leave_out(&self, took: Duration) {
        self.started.set(self.started.get() + took);
    }

    /// Their share of all CPU time; `None` where the system does not tell.
    pub fn share(&self) -> Option<f64> {
        let all = busy()?.checked_sub(self.all?)?;
        let mine = self.mine.elapsed()? + self.started.get();
        let others = all.saturating_sub(mine);
        let most = self.began.elapsed().as_secs_f64() * cores() as f64;
        Some(others.as_secs_f64() / most)
    }
}

/// CPU time of all programs since the system started: Linux tells it, in
/// hundredths of a second.
fn busy() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let mut fields = stat.lines().next()?.split_whitespace().skip(1);
    let mut next = || fields.next()?.parse::<u64>().ok();
    let (user, nice, system) = (next()?, next()?, next()?);
    Some(Duration::from_millis((user + nice + system) * 10))
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

impl Machine {
    /// Looks around.
    pub fn look(others: &Others) -> Self {
        let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|info| {
            let line = info.lines().find(|l| l.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_string())
        });
        let changed = said("git", &["status", "--porcelain", "-uno"])
            .is_some_and(|changes| !changes.is_empty());
        let commit = said("git", &["rev-parse", "--short", "HEAD"])
            .unwrap_or_else(|| "unknown".into());
        Machine {
            cpu: cpu.unwrap_or_else(|| "processor unknown".into()),
            cores: cores(),
            system: format!("{} {}", std::env::consts::OS, ARCH),
            rustc: said("rustc", &["--version"]).unwrap_or_default(),
            crates: versions(),
            commit: commit + if changed { " with changes" } else { "" },
            others: others.share(),
            seconds: others.began.elapsed().as_secs_f64(),
        }
    }
}

const ARCH: &str = std::env::consts::ARCH;

/// From `Cargo.lock`.
fn versions() -> String {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    let version = |name: &str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\n"))?;
        let (_, rest) = rest.split_once("version = \"")?;
        Some(format!("{name} {}", rest.split('"').next()?))
    };
    let names = ["parking_lot", "crossbeam", "crossbeam-channel", "criterion"];
    let versions: Vec<_> = names.into_iter().filter_map(version).collect();
    versions.join(", ")
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { cpu, cores, system, rustc, crates, commit, .. } = self;
        writeln!(f, "{cpu}, {cores} cores, {system}; {rustc};")?;
        writeln!(f, "{crates}; commit {commit}; {:.0} s.", self.seconds)?;
        match self.others {
            None => write!(f, "What other programs took is unknown."),
            Some(share) => {
                let percent = share * 1e2;
                write!(f, "Other programs took {percent:.0} % of the CPU")?;
                if share > 0.15 {
                    write!(
                        f,
                        ": machine busy, trust the order, not the ratios."
                    )
                } else {
                    write!(f, ".")
                }
            }
        }
    }
}
