//! The pages say what is so: their code is the code, their tables are the
//! recorded ones, their links lead somewhere, what they name is there.
//!
//! One test takes minutes, because it runs the commands whose output the pages
//! show; `cargo test` leaves it out. `cargo test -p docs-check -- --ignored`
//! runs it, and `cargo bless` writes code, tables and output anew.

mod code;
mod names;
mod pages;
mod pictures;
mod recordings;
mod tables;

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use names::Names;
use pages::{Page, Part, all, files};

fn blessing() -> bool {
    env::var_os("BLESS").is_some()
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Compares each part with this label with what it should say, or writes that.
fn hold(kind: &str, should_say: impl Fn(&str) -> Result<String, String>) {
    let mut complaints = Vec::new();
    for page in all() {
        let mut text = page.text.clone();
        let mut parts = page.blocks();
        parts.extend(page.tables());
        parts.sort_by_key(|part| part.range.start);
        for Part { label, at, range, text: says, .. } in parts.iter().rev() {
            let Some(name) = label.strip_prefix(kind) else { continue };
            match should_say(name) {
                Err(why) => complaints.push(format!("{at}: {why}")),
                Ok(should) if should == *says => {}
                Ok(should) if blessing() => {
                    text.replace_range(range.clone(), &should);
                }
                Ok(should) => complaints.push(format!(
                    "{at}: not what `{label}` says any more (`cargo bless` \
                     writes it):\n{should}"
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
    hold("code: ", code::item);
}

#[test]
fn tables_in_the_pages_are_the_recorded_ones() {
    hold("table: ", tables::table);
}

#[test]
#[ignore = "minutes: it runs the commands whose output the pages show"]
fn recordings_are_what_commands_print() {
    hold("output: ", recordings::fresh);
}

#[test]
#[ignore = "it builds the programs whose help it reads"]
fn flags_in_the_pages_are_known() {
    let help = ["compare", "soak"].map(|program| {
        let out = recordings::output(&format!("cargo {program} --help"));
        let out = out.expect("cargo can be run").stdout;
        let help = String::from_utf8_lossy(&out).into_owned();
        (format!("$ cargo {program} "), help)
    });
    each_block(|block| {
        let mut lines = block.text.lines();
        lines.find_map(|line| {
            let mut of = help.iter().filter(|(of, _)| line.starts_with(of));
            let (_, help) = of.next()?;
            let words = line.split(['#', '|']).next()?.split_whitespace();
            let mut flags = words.filter(|word| word.starts_with("--"));
            let unknown = flags.find(|flag| !help.contains(flag));
            unknown.map(|flag| format!("no flag {flag}: {line}"))
        })
    });
}

/// Complains of what `wrong` finds in the blocks of the pages.
fn each_block(wrong: impl Fn(&Part) -> Option<String>) {
    let pages = all();
    let blocks = pages.iter().flat_map(Page::blocks);
    let complaint =
        |block: Part| wrong(&block).map(|why| format!("{}: {why}", block.at));
    none(&blocks.filter_map(complaint).collect::<Vec<_>>());
}

/// Rust is the code of this repository.
#[test]
fn no_rust_is_free_standing() {
    each_block(|Part { label, language, .. }| {
        let rust = matches!(language.split([',', ' ']).next(), Some("rust"));
        let free = rust && !label.starts_with("code: ");
        free.then(|| "which code is this?".into())
    });
}

/// A label that no test knows would hold what stands under it to nothing.
#[test]
fn labels_are_known() {
    let mut complaints = Vec::new();
    for page in all() {
        let labels = page.text.lines().map(str::trim);
        for label in labels.filter_map(|line| line.strip_prefix("<!-- ")) {
            let (kind, rest) = label.split_once(' ').unwrap_or_default();
            let known = matches!(kind, "code:" | "output:" | "table:")
                || (kind == "recorded" && is_dated(rest));
            if !known || !rest.ends_with(" -->") {
                complaints.push(format!("{}: unknown: {label}", page.name));
            }
        }
    }
    none(&complaints);
}

/// `2026-11-26: cargo bug`: timings are recorded once, with the date.
fn is_dated(label: &str) -> bool {
    let label = label.trim_end_matches(" -->");
    let (date, command) = label.split_once(": ").unwrap_or_default();
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    date.len() == 10 && digits == 8 && Names::read().command(command)
}

/// A column is 64 letters wide.
#[test]
fn two_columns_fit() {
    each_block(|block| {
        let mut lines = block.text.lines().filter(|_| block.beside);
        let wide = lines.find(|line| line.len() > 64);
        wide.map(|line| format!("too wide: {line}"))
    });
}

#[test]
fn links_lead_somewhere() {
    let pages = all();
    let dead = pages.iter().flat_map(|page| page.dead_links(&pages));
    none(&dead.collect::<Vec<_>>());
}

#[test]
fn what_commands_name_is_there() {
    let names = Names::read();
    each_block(|block| {
        let mut lines = block.text.lines();
        let wrong = |line: &str| {
            let command = line.strip_prefix("$ ")?;
            let known = names.command(command);
            (!known).then(|| format!("names what is not there: {command}"))
        };
        lines.find_map(wrong)
    });
}

/// Also within sentences. And a time that was measured stands in no sentence:
/// it would be true of one machine. It stands in a table.
#[test]
fn sentences_name_what_is_there_and_no_times() {
    let names = Names::read();
    let mut complaints = Vec::new();
    for page in all() {
        let [code, prose] = page.code_and_prose();
        for code in code {
            let command = code.starts_with("cargo ");
            if !names.code(&code) || (command && !names.command(&code)) {
                complaints.push(format!("{}: no {code}", page.name));
            }
        }
        for sentence in prose {
            let words: Vec<&str> = sentence.split_whitespace().collect();
            let time = |pair: &[&str]| {
                let unit = pair[1].trim_end_matches(['.', ',', ';', ':', ')']);
                pair[0].ends_with(|c: char| c.is_ascii_digit())
                    && matches!(unit, "ns" | "us")
            };
            if words.windows(2).any(time) {
                complaints.push(format!("{}: {sentence}", page.name));
            }
        }
    }
    none(&complaints);
}

/// All pictures have one look, name what the programs name, and can be read by
/// those who do not see them.
#[test]
fn pictures_agree_with_each_other_and_with_the_code() {
    let (pictures, pages) = (pictures::all(), all());
    let sources = pictures::sources();
    let mut complaints = Vec::new();
    for picture in &pictures {
        complaints.extend(picture.look(blessing()).err());
        complaints.extend(picture.is_shown_and_told(&pages).err());
        complaints.extend(picture.unknown_code(&sources));
    }
    none(&complaints);
    assert!(pictures.len() > 5, "{} pictures", pictures.len());
}

/// `cargo bug --all` compares the diagrams; here: there is one for each bug
/// that compiles, and no other.
#[test]
fn every_bug_has_its_diagram() {
    for side in ["mutex-poller", "channel-poller"] {
        let named = |folder: String| -> BTreeSet<_> {
            let compiles = |file: &PathBuf| {
                let text = fs::read_to_string(file).expect("it is a text");
                !text.contains("# caught by: rustc")
            };
            let files = files(&folder).into_iter().filter(compiles);
            files.map(|file| file.file_stem().map(OsString::from)).collect()
        };
        let bugs = named(format!("{side}/bugs"));
        let diagrams = named(format!("docs/golden/{side}"));
        assert_eq!(bugs, diagrams, "bugs of {side}, and docs/golden");
        assert!(!bugs.is_empty());
    }
}

/// The pages themselves, so that none of the above holds of nothing.
#[test]
fn there_are_pages() {
    let pages = all();
    let count = |of: fn(&Page) -> Vec<Part>, label: &str| {
        let parts = pages.iter().flat_map(of);
        parts.filter(|part| part.label.starts_with(label)).count()
    };
    assert!(pages.len() > 5, "{} pages", pages.len());
    assert!(count(Page::blocks, "code: ") > 10);
    assert!(count(Page::blocks, "output: ") > 2);
    assert!(count(Page::tables, "table: ") > 5);
}
