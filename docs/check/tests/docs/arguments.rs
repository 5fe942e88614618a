//! What a command names must exist: a model, a test, an exercise, a flag.

use std::fs;
use std::path::{Path, PathBuf};

use crate::pages::root;
use crate::recordings::run;

pub fn exist(command: &str) -> Result<(), String> {
    let command = command.split('#').next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    let missing = match words.as_slice() {
        ["cargo", "loom", .., "--", name] => !models().contains(name),
        ["cargo", "test", "-p", package, "--test", name] => {
            let there = |folder: &str| {
                let tests = root().join(folder).join(package).join("tests");
                let file = tests.join(name).with_extension("rs");
                file.exists() || tests.join(name).join("main.rs").exists()
            };
            !there("") && !there("shared")
        }
        ["cargo", "run", "-p", package, "--example", name] => {
            let examples = root().join(package).join("examples");
            !examples.join(name).with_extension("rs").exists()
        }
        ["rustc", .., path] => !root().join(path).exists(),
        ["cargo", "step", name, ..] if !name.starts_with('-') => {
            !is_bug(name) && !models().contains(name)
        }
        ["cargo", "exercise", name, ..] if !name.starts_with('-') => {
            !root().join("docs/exercises").join(name).is_dir()
        }
        ["cargo", program @ ("compare" | "soak"), flags @ ..] => {
            let help = help(program);
            let known = |flag: &&str| help.contains(*flag);
            !flags.iter().filter(|f| f.starts_with("--")).all(known)
        }
        _ => false,
    };
    if missing {
        Err(format!("`{command}` names what is not there"))
    } else {
        Ok(())
    }
}

/// Whether a bug is called so.
pub fn is_bug(name: &str) -> bool {
    let file = |side: &str| format!("{side}/bugs/{name}.patch");
    let files = [file("mutex-poller"), file("channel-poller")];
    files.iter().any(|file| root().join(file).exists())
}

/// Whether this is a property: a model, or a test on real threads.
pub fn is_property(name: &str) -> bool {
    let real = root().join("shared/suite/src/real");
    let files = fs::read_dir(real).expect("the suite can be read");
    let mut all = models();
    for file in files {
        let path = file.expect("the suite can be read").path();
        all += &fs::read_to_string(path).unwrap_or_default();
    }
    all += &starts(&root().join("docs/exercises"));
    let named = [format!("\"{name}\""), format!("fn {name}(")];
    named.iter().any(|named| all.contains(named))
}

/// What exercises start with: some bring a model of their own.
fn starts(folder: &Path) -> String {
    let files = fs::read_dir(folder).expect("exercises can be read");
    let text = |path: PathBuf| match path.extension() {
        None => starts(&path),
        Some(_) if path.ends_with("start.patch") => {
            fs::read_to_string(path).expect("a start can be read")
        }
        Some(_) => String::new(),
    };
    files.map(|file| text(file.expect("a file").path())).collect()
}

/// All in which a model can have its name.
fn models() -> String {
    let of = |path: &str| fs::read_to_string(root().join(path));
    let files = [
        "shared/suite/src/models/mod.rs",
        "shared/suite/src/models/originals.rs",
        "shared/suite/src/models/whole.rs",
        "shared/suite/src/models/workers.rs",
        "mutex-poller/tests/loom.rs",
        "channel-poller/tests/loom.rs",
        "shared/suite/tests/loom.rs",
    ];
    files.iter().filter_map(|path| of(path).ok()).collect()
}

fn help(program: &str) -> String {
    // `cargo soak` is a program of `benches`.
    let package = if program == "soak" { "benches" } else { program };
    let out = run(package, program).arg("--help").output();
    let out = out.expect("cargo can be run");
    String::from_utf8_lossy(&out.stdout).into_owned()
}
