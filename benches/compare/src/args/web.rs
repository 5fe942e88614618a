//! Refuses options for the real web together with options for a made-up one.
//!
//! clap can refuse them, too, but its message would name every option that
//! might have been given; and if an option conflicts with `--live`, clap no
//! longer says that another one requires `--live`.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::out::Failure;

/// The group of the options that need `--live`.
pub const REAL: &str = "real";
/// The group of the options that `--live` rules out.
pub const MADE_UP: &str = "made_up";

/// Refuses options for both webs, and options for the real web without
/// `--live`.
///
/// # Errors
/// If it finds some: names the options that were given.
pub fn one_only(command: &Command, given: &ArgMatches) -> Result<(), Failure> {
    let live = given.get_flag("live");
    let real = given_of(command, given, REAL);
    let made_up = given_of(command, given, MADE_UP);
    if (real.is_empty() || live) && (made_up.is_empty() || !live) {
        return Ok(());
    }
    let (real, made_up) = (real.join(", "), made_up.join(", "));
    let real = if live {
        "--live polls the real web".into()
    } else {
        format!("for the real web only: {real}")
    };
    let wrong = if made_up.is_empty() {
        format!("{real}; add --live")
    } else {
        let made_up = format!("for a made-up web only: {made_up}");
        format!("{real}; {made_up}; leave out one of the two")
    };
    Err(Failure::Usage(format!(
        "{wrong}\n\nFor more information, try '--help'."
    )))
}

/// Which options of this group the command line has.
fn given_of(command: &Command, given: &ArgMatches, group: &str) -> Vec<String> {
    let group = command.get_groups().find(|one| one.get_id() == group);
    let ids = group.into_iter().flat_map(|group| group.get_args());
    let typed = |id: &&clap::Id| {
        given.value_source(id.as_str()) == Some(ValueSource::CommandLine)
    };
    let name = |id: &clap::Id| {
        let arg = command.get_arguments().find(|arg| arg.get_id() == id);
        let long = arg.and_then(|arg| arg.get_long());
        long.map_or("a URL or a file".into(), |long| format!("--{long}"))
    };
    ids.filter(typed).map(name).collect()
}
