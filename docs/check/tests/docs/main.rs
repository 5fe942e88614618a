//! The pages say what is so: their code is the code, their recordings are
//! what the commands print, their links lead somewhere, and each command is
//! run by a test.
//!
//! `cargo bless` writes code and recordings anew.

mod arguments;
mod code;
mod figures;
mod pages;
mod recordings;

use std::collections::BTreeSet;
use std::env;
use std::fs;

use pages::{Block, Page, all};
use std::io::Write;
use std::path::{Path, PathBuf};

fn blessing() -> bool {
    env::var_os("BLESS").is_some()
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Compares each labelled block with what it should say; or writes that.
fn hold(label: &str, should_say: impl Fn(&Block) -> Result<String, String>) {
    let mut complaints = Vec::new();
    for page in all() {
        let mut text = page.text.clone();
        for block in page.blocks().iter().rev() {
            if !block.label.starts_with(label) {
                continue;
            }
            let at = format!("{}:{}", page.name, block.line);
            match should_say(block) {
                Err(why) => complaints.push(format!("{at}: {why}")),
                Ok(says) if says == block.text => {}
                Ok(says) if blessing() => {
                    text.replace_range(block.range.clone(), &says);
                }
                Ok(says) => complaints.push(format!(
                    "{at}: not what `{}` says any more (`cargo bless` \
                     writes it):\n{says}",
                    block.label
                )),
            }
        }
        if text != page.text {
            fs::write(&page.path, text).expect("a page can be written");
        }
    }
    none(&complaints);
}

#[test]
fn code_in_the_pages_is_the_code() {
    hold("code: ", |block| {
        code::item(block.label.trim_start_matches("code: "))
    });
}

#[test]
fn recordings_are_what_commands_print() {
    // Not `eprintln`: libtest would keep it to itself.
    let line = "Running the commands whose output the pages show: about a \
                minute, or three the first time, because it builds loom twice.";
    let _ = writeln!(std::io::stderr(), "{line}");
    hold("output: ", |block| {
        let command = block.label.trim_start_matches("output: ");
        recordings::fresh(command, &block.text)
    });
}

/// Every block of Rust says which code it is.
#[test]
fn no_rust_is_free_standing() {
    let mut complaints = Vec::new();
    for page in all() {
        for block in page.blocks() {
            let rust = block.language.split([',', ' ']).next();
            let rust = matches!(rust, Some("rust" | "rs"));
            if rust && !block.label.starts_with("code: ") {
                let at = format!("{}:{}", page.name, block.line);
                complaints.push(format!("{at}: which code is this?"));
            }
        }
    }
    none(&complaints);
}

/// A label that no test knows would hold its block to nothing.
#[test]
fn labels_are_known() {
    let mut complaints = Vec::new();
    for page in all() {
        for block in page.blocks() {
            let label = &block.label;
            let known = ["code: ", "output: ", "recorded "];
            let known = known.iter().any(|known| label.starts_with(known));
            if !label.is_empty() && !known {
                let at = format!("{}:{}", page.name, block.line);
                complaints.push(format!("{at}: no such label: {label}"));
            }
        }
    }
    none(&complaints);
}

/// A column is 64 letters wide.
#[test]
fn two_columns_fit() {
    let mut complaints = Vec::new();
    for page in all() {
        for block in page.blocks().iter().filter(|b| b.beside) {
            for line in block.text.lines().filter(|l| l.len() > 64) {
                complaints.push(format!("{}: too wide: {line}", page.name));
            }
        }
    }
    none(&complaints);
}

#[test]
fn links_lead_somewhere() {
    let pages = all();
    let complaints: Vec<_> =
        pages.iter().flat_map(|page| page.dead_links(&pages)).collect();
    none(&complaints);
}

/// Timings are recorded once, with the date.
#[test]
fn dated_recordings_have_a_date() {
    let mut complaints = Vec::new();
    for page in all() {
        for block in page.blocks() {
            let Some(label) = block.label.strip_prefix("recorded ") else {
                continue;
            };
            let (date, command) = label.split_once(": ").unwrap_or((label, ""));
            let digits = date.bytes().filter(u8::is_ascii_digit).count();
            if date.len() != 10 || digits != 8 || !known(command) {
                let at = format!("{}:{}", page.name, block.line);
                complaints.push(format!("{at}: when, by which command?"));
            }
        }
    }
    none(&complaints);
}

/// Commands that no line of `.ci/run` has, and the test that runs them (or
/// what they are made of).
const COVERED: &[(&str, &str)] = &[
    ("cargo compare", "benches/compare/tests/cli.rs"),
    (
        "cargo compare --live https://www.rust-lang.org/ https://go.dev/",
        "benches/compare/tests/live/main.rs",
    ),
    ("cargo run -- --help", "benches/compare/tests/cli.rs"),
    ("cargo soak", "benches/tests/soak.rs"),
    ("cargo bug", ".ci/run"),
    ("cargo bench", ".ci/run"),
    ("cargo soak", ".ci/run"),
    ("cargo record", ".ci/run"),
    ("cargo bless", "docs/check/tests/docs/main.rs"),
    ("cargo exercise", ".ci/run"),
    ("cargo step", ".ci/run"),
    ("node drive.mjs", ".ci/run"),
    ("npm ci", ".ci/run"),
    ("cargo doc", ".ci/run"),
    ("cargo run -p shared --example", "docs/check/tests/docs/recordings.rs"),
    ("rustc --edition 2024", "docs/check/tests/docs/recordings.rs"),
];

/// A command that is run somewhere: as it stands, or, for those of one
/// program, with other arguments of the same kind.
fn known(command: &str) -> bool {
    let command = command.split('#').next().unwrap_or_default().trim();
    let root = pages::root();
    let ci = fs::read_to_string(root.join(".ci/run")).unwrap_or_default();
    let in_ci = ci.lines().any(|line| {
        line.strip_prefix("step ").is_some_and(|step| {
            step == command || step.starts_with(&format!("{command} "))
        })
    });
    let covered = COVERED.iter().any(|(start, by)| {
        let rest = command.strip_prefix(start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            && root.join(by).exists()
    });
    // `cargo loom -p mutex-poller -- NAME` is a part of `cargo loom`, which
    // is run; and so with tests.
    let part = ["cargo loom ", "cargo test -p "];
    in_ci || covered || part.iter().any(|part| command.starts_with(part))
}

#[test]
fn every_command_is_run_somewhere() {
    let mut complaints = Vec::new();
    for page in all() {
        for block in page.blocks() {
            if block.language != "console" {
                continue;
            }
            for line in block.text.lines() {
                let Some(command) = line.strip_prefix("$ ") else { continue };
                if !known(command) {
                    complaints.push(format!("{}: {command}", page.name));
                }
                if let Err(why) = arguments::exist(command) {
                    complaints.push(format!("{}: {why}", page.name));
                }
            }
        }
    }
    none(&complaints);
}

/// `cargo bug NAME` names what exists; so does a name of three words or more
/// that is set as code: of a bug or an exercise, of a model or a test.
#[test]
fn names_of_bugs_and_properties_exist() {
    let root = pages::root();
    let planted = arguments::is_bug;
    let exercise = |name: &str| root.join("docs/exercises").join(name).is_dir();
    let mut complaints = Vec::new();
    for page in all() {
        for (start, _) in page.text.match_indices("cargo bug ") {
            let rest = &page.text[start + "cargo bug ".len()..];
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-');
            let name = &rest[..end.unwrap_or(rest.len())];
            let flag = name.is_empty() || name.starts_with('-');
            if !flag && !planted(name) {
                complaints.push(format!("{}: no bug {name}", page.name));
            }
        }
        // A flag is no name.
        let codes = page.inline_code().into_iter();
        for code in codes.filter(|code| !code.starts_with("--")) {
            let words = |joint: char| {
                let word = |c: char| c.is_ascii_lowercase() || c == joint;
                code.chars().all(word) && code.matches(joint).count() >= 2
            };
            let missing = (words('-') && !planted(&code) && !exercise(&code))
                || (words('_') && !arguments::is_property(&code));
            if missing {
                complaints.push(format!("{}: no {code}", page.name));
            }
        }
    }
    none(&complaints);
}

/// `cargo bug --all` compares the diagrams; here: there is one for each bug
/// that compiles, and no other. `cargo bless` draws them anew.
#[test]
fn every_bug_has_its_diagram() {
    if blessing() {
        let mut bug = recordings::run("classroom", "bug");
        let done = bug.args(["--all", "--no-stress", "--bless"]).status();
        assert!(done.expect("cargo can be run").success());
    }
    let root = pages::root();
    for side in ["mutex-poller", "channel-poller"] {
        let bugs = names(&root.join(side).join("bugs"), |text| {
            !text.contains("# caught by: rustc")
        });
        let diagrams = names(&root.join("docs/golden").join(side), |_| true);
        assert_eq!(bugs, diagrams, "bugs of {side}, and docs/golden");
        assert!(!bugs.is_empty());
    }
}

/// The names of the files in a folder whose text is as it should be.
fn names(folder: &Path, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("it is a folder");
    let paths = files.map(|file| file.expect("a file").path());
    let wanted = paths.filter(|path| {
        wanted(&fs::read_to_string(path).expect("it is a text"))
    });
    let name = |path: PathBuf| {
        let name = path.file_stem().expect("a file has a name");
        name.to_string_lossy().into_owned()
    };
    wanted.map(name).collect()
}

/// The pages themselves, so that none of the above holds of nothing.
#[test]
fn there_are_pages() {
    let pages = all();
    let blocks = |label: &str| {
        let blocks = pages.iter().flat_map(Page::blocks);
        blocks.filter(|b| b.label.starts_with(label)).count()
    };
    assert!(pages.len() > 5, "{} pages", pages.len());
    assert!(blocks("code: ") > 10 && blocks("output: ") > 2);
}
