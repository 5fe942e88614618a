//! What `compare` prints to a terminal, a pipe, or a file.

use boon::{Compiler, Schemas};
use compare::json::SCHEMA;
use serde_json::Value;

use crate::{file, json, run, serve, stdout};

#[test]
fn json_has_what_was_asked_for_and_no_more() {
    let both = json(&["--json", "--rounds", "1", "--interval", "1ms"]);
    let runs = both["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    for run in runs {
        assert!(run["late_ns"]["p99"].is_u64());
        assert!(run["events"].is_null() && run["lost_ns"].is_null());
        assert!(run["peak_rss_bytes"].is_null(), "two ran");
    }
    let faults = ["--json", "--faults", "--rounds", "3", "--seed", "7"];
    let states = || json(&faults)["runs"][1]["states"].clone();
    assert_eq!(states(), states(), "the same seed, the same states");
}

/// Without a schema that fits nothing else, a field could come unseen.
#[test]
fn json_is_what_its_schema_says() {
    let printed = stdout(&run(&["--json-schema"]));
    assert_eq!(printed, SCHEMA);
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let schema = serde_json::from_str(&printed).unwrap();
    compiler.add_resource("schema.json", schema).unwrap();
    let schema = compiler.compile("schema.json", &mut schemas).unwrap();
    let holds = |value: &Value| {
        let held = schemas.validate(value, schema);
        held.map_err(|why| format!("{why:#}"))
    };
    let (site, _) = serve();
    let gone = format!("{site}/gone");
    let all: &[&[&str]] = &[
        &["--rounds", "1"],
        &["--faults", "--events", "--interval", "1ms", "--rounds", "3"],
        &["--events=7", "--poller", "codewalk"],
        &["--poller", "as-posted-mutex", "--for", "1ms"],
        &["--poller", "as-posted-channel", "--workers", "1", "--events"],
        &["--live", &site, &gone, "http://127.0.0.1:1/", "--rounds", "1"],
    ];
    for args in all {
        let value = json(&[args, &["--json"][..]].concat());
        holds(&value).unwrap_or_else(|why| panic!("{args:?}: {why}"));
    }
    let mut value = json(&["--json"]);
    value["runs"][0]["news"] = 1.into();
    assert!(holds(&value).is_err(), "the schema allows anything");
}

#[test]
fn json_has_codes_as_numbers_and_words_beside_them() {
    let (site, _) = serve();
    let gone = format!("{site}/gone");
    let closed = "http://127.0.0.1:1/";
    let args = ["--live", &site, &gone, closed, "--rounds", "1", "--json"];
    let all = json(&[&args[..], &["--events"]].concat());
    assert_eq!(all["version"], 1);
    let run = &all["runs"][0];
    let found = |of: &str, url: &str| {
        let all = run[of].as_array().unwrap();
        let one = all.iter().find(|one| one["url"] == url).unwrap();
        (one["code"].clone(), one["status"].clone())
    };
    for of in ["states", "events"] {
        let is = |code: Value, status: &str| (code, Value::from(status));
        let fine = found(of, &format!("{site}/"));
        assert_eq!(fine, is(200.into(), "200 OK"));
        assert_eq!(found(of, &gone), is(404.into(), "404 Not Found"));
        assert_eq!(found(of, closed), is(Value::Null, "refused"));
    }
}

#[test]
fn events_have_a_limit_and_say_what_is_beyond_it() {
    let args = ["--poller", "mutex", "--urls", "10", "--json"];
    let all = json(&[&args[..], &["--events=7", "--interval", "0"]].concat());
    let run = &all["runs"][0];
    assert_eq!(run["events"].as_array().unwrap().len(), 7);
    assert_eq!(run["events_left_out"], 93);
    assert!(run["late_ns"]["max"].is_u64(), "of all 100");
    let text = stdout(&crate::run(&["--events=7", "--urls", "10"]));
    assert_eq!(text.matches(" (first 7 polls)").count(), 2, "{text}");
}

/// The 40 that fail are named among 400.
#[test]
fn of_many_urls_all_that_are_not_ok_are_named() {
    let (site, _) = serve();
    let url = |n: usize| match n % 10 {
        0 => format!("{site}/gone/{n}"),
        _ => format!("{site}/fine/{n}"),
    };
    let urls: Vec<String> = (0..600).map(url).collect();
    let urls = urls.iter().map(String::as_str);
    let args = ["--live", "--rounds", "1", "--workers", "4"];
    let text = stdout(&run(&args.into_iter().chain(urls).collect::<Vec<_>>()));
    let named: Vec<_> = text.lines().filter(|l| l.contains("://")).collect();
    assert_eq!(named.len(), 60, "{text}");
    let gone = |line: &&str| line.contains("/gone/");
    assert!(named.iter().all(gone), "{text}");
    assert!(text.contains("  404 Not Found\n"), "{text}");
    assert!(
        text.ends_with("\n      540 x  200 OK\n       60 x  404 Not Found\n")
    );
}

/// A million made-up names would be of no help.
#[test]
fn of_a_made_up_web_no_more_are_named_than_fit_a_screen() {
    let args = ["--urls", "5000", "--faults", "--poller", "mutex"];
    let text = stdout(&run(&args));
    assert_eq!(text.matches("://").count(), 50, "{text}");
    assert!(text.contains(" more that are not OK\n"), "{text}");
}

#[test]
fn with_check_the_exit_code_tells_whether_all_are_ok() {
    let (site, _) = serve();
    let gone = format!("{site}/gone");
    for (urls, code) in [(vec![&site], 0), (vec![&site, &gone], 1)] {
        let urls = urls.iter().map(|url| url.as_str());
        let args = ["--live", "--rounds", "1", "--check"];
        let args: Vec<_> = args.into_iter().chain(urls).collect();
        let output = run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let why = "error: --check: 1 of 2 URLs are not OK";
        assert_eq!(said.contains(why), code == 1, "{said}");
        assert!(stdout(&output).contains("200 OK"));
    }
    let faults = ["--faults", "--check", "--json", "--rounds", "1"];
    let output = run(&faults);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["runs"].as_array().unwrap().len(), 2, "both are shown");
}

#[test]
fn with_quiet_there_is_only_the_result() {
    let (site, _) = serve();
    let args = ["--live", &site, &site, "http://127.0.0.1:1/"];
    let slow = ["--rounds", "9", "--interval", "20ms", "--backoff", "0"];
    let often = ["--status", "1ms"];
    let output = run(&[&args[..], &slow, &often].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("named twice on") && said.contains("Error "),
        "{said}"
    );
    assert!(stdout(&output).matches("Current state").count() > 1);
    let output = run(&[&args[..], &slow, &often, &["--quiet"]].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(stdout(&output).matches("Current state").count(), 1);
}

#[test]
fn the_version_is_the_packages() {
    let version = concat!("compare ", env!("CARGO_PKG_VERSION"), "\n");
    for flag in ["--version", "-V"] {
        assert_eq!(stdout(&run(&[flag])), version);
    }
}

#[test]
fn the_help_fits_the_terminal() {
    for columns in [40, 60, 80, 300] {
        let mut compare = crate::compare(&["--help"]);
        let columns_are = columns.to_string();
        let output = compare.env("COLUMNS", columns_are).output().unwrap();
        let text = stdout(&output);
        // A long word, such as `as-posted-channel`, is not cut.
        let widest = text.lines().map(str::len).max().unwrap();
        assert!(widest <= columns.clamp(60, 80), "{columns}: {text}");
        assert!(text.contains("--version") && text.contains("Left out"));
    }
}

/// Written to a pipe or a file, it would be nothing but noise.
#[test]
fn there_is_no_progress_where_no_person_watches() {
    let long = ["--urls", "1", "--for", "1100ms", "--interval", "100ms"];
    let output = run(&[&long[..], &["--poller", "mutex"]].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(!stdout(&output).contains('\x1b'));
}

/// The owners of a site see in their logs which program polls it, and where to
/// read about it.
#[test]
fn the_headers_name_us_and_can_be_set() {
    let ours = concat!(
        "user-agent: share-memory-two-ways/",
        env!("CARGO_PKG_VERSION"),
        "\r\n"
    );
    let (site, asked) = serve();
    let live = ["--live", &site, "--rounds", "1"];
    run(&live);
    let request = asked.recv().unwrap().to_lowercase();
    assert!(request.contains(ours), "{request}");
    let set =
        ["-H", "X-Key: a", "--header", "user-agent: mine", "-H", "X-Key:b"];
    run(&[&live[..], &set].concat());
    let request = asked.recv().unwrap().to_lowercase();
    assert!(request.contains("user-agent: mine\r\n"), "{request}");
    assert!(!request.contains(ours), "{request}");
    assert!(request.contains("x-key: a\r\n"), "{request}");
    assert!(request.contains("x-key: b\r\n"), "{request}");
}

/// Of very many, ten are shown: the rest of the terminal is for the result.
#[test]
fn urls_that_are_named_twice_are_said() {
    let (site, _) = serve();
    let url = |n: usize| format!("{site}/{}\n", n % 20);
    let list: String = (0..40).map(url).collect();
    let list = file("twice", list.as_bytes());
    let output = run(&["--live", &list, &site, &site, "--rounds", "1"]);
    let said = String::from_utf8_lossy(&output.stderr);
    let first = format!("{site}/0 is named by {list}:21, too, after {list}:1");
    assert!(said.starts_with(&format!("{first}: polled once\n")), "{said}");
    assert!(said.ends_with("\nand 11 more URLs that are named twice\n"));
    assert_eq!(said.lines().count(), 11, "{said}");
    assert!(stdout(&output).starts_with("channel: 21 polls in"), "{output:?}");
    std::fs::remove_file(list).unwrap();
}
