//! Where and with what a benchmark ran, and who else used the machine.
//!
//! Next: [`chart`](super::chart).

use std::env::consts::{ARCH, OS};
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Instant, SystemTime};

use super::tables::Table;

/// Counts what other programs take, from its making on.
pub struct Others {
    began: Instant,
    ticks: Option<Ticks>,
}

impl Others {
    /// Starts counting.
    pub fn start() -> Self {
        Others { began: Instant::now(), ticks: Ticks::now() }
    }

    /// Their share of the machine's CPU time; `None` where the system does not
    /// tell, as only Linux does.
    fn share(&self) -> Option<f64> {
        Ticks::now()?.others_since(self.ticks?)
    }
}

/// CPU time since the machine was started, in hundredths of a second.
#[derive(Clone, Copy)]
struct Ticks {
    /// That all cores had. In a container these are the cores of the machine,
    /// and may be more than this program can use.
    all: u64,
    idle: u64,
    /// That this program took, and those that it has started and that have
    /// ended.
    mine: u64,
}

impl Ticks {
    fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        Self::read(&stat, &fs::read_to_string("/proc/self/stat").ok()?)
    }

    fn read(stat: &str, mine: &str) -> Option<Self> {
        let sum = |fields: &str, from: usize, count: usize| -> u64 {
            let fields = fields.split_whitespace().skip(from).take(count);
            fields.filter_map(|field| field.parse::<u64>().ok()).sum()
        };
        Some(Ticks {
            // `cpu`, and then user, nice, system, idle, waiting for disks,
            // two kinds of interrupts, and what the host took of a virtual
            // machine.
            all: sum(stat, 1, 8),
            idle: sum(stat, 4, 2),
            // Behind its name: user and system, and those of its children.
            mine: sum(mine.rsplit_once(')')?.1, 11, 4),
        })
    }

    fn others_since(self, then: Self) -> Option<f64> {
        let all = self.all.checked_sub(then.all).filter(|all| *all > 0)?;
        let idle = self.idle.saturating_sub(then.idle);
        let mine = self.mine.saturating_sub(then.mine);
        Some(all.saturating_sub(idle + mine) as f64 / all as f64)
    }
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
pub fn look(others: &Others, seed: u64) -> Table {
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
        format!("{:.0} % of the machine's CPU time{busy}", share * 1e2)
    });
    let rows = [
        ("date", date.to_string()[..10].to_string()),
        ("processor", format!("{cpu}, {} cores, {OS} {ARCH}", cores())),
        ("compiler", said("rustc", &["--version"]).unwrap_or_else(unknown)),
        ("commit", said("git", &commit).unwrap_or_else(unknown)),
        ("order", format!("`--seed {seed}`")),
        ("took", format!("{:.0} s", others.began.elapsed().as_secs_f64())),
        ("other programs", others_took),
    ];
    Table(rows.map(|(name, text)| vec![name.into(), text]).into())
}

#[cfg(test)]
mod tests {
    use super::Ticks;

    /// A machine of 64 cores, of which a container has two.
    #[test]
    fn others_never_take_more_than_all() {
        let read = |[user, idle, stolen, mine]: [u64; 4]| {
            let stat = format!("cpu {user} 0 0 {idle} 0 0 0 {stolen} 0 0\n");
            let own = format!("7 (a name) R 1 1 1 0 0 0 0 0 0 0 {mine} 0 0 0");
            Ticks::read(&stat, &own).expect("it is as Linux writes it")
        };
        let then = read([1_000, 5_000, 0, 10]);
        let others = |now| read(now).others_since(then);
        assert_eq!(others([1_000, 6_000, 0, 10]), Some(0.0), "all idle");
        assert_eq!(others([7_400, 5_000, 0, 10]), Some(1.0), "all busy");
        assert_eq!(others([1_200, 5_200, 0, 110]), Some(0.25), "half is mine");
        assert_eq!(others([1_000, 5_300, 100, 10]), Some(0.25), "the host");
        assert_eq!(others([1_000, 5_000, 0, 10]), None, "no time has passed");
    }
}
