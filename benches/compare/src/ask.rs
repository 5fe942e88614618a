//! The HTTP method of the requests.

use clap::ValueEnum;

/// What `--method` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ask {
    /// HEAD, and GET, marked (GET), where a server refuses HEAD.
    Auto,
    /// HEAD only.
    Head,
    /// GET only; the body is not read.
    Get,
}
