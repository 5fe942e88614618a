//! The two sides.
//!
//! Next: [`shelf`](crate::shelf).

/// One of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// As a user types it.
    pub name: &'static str,
    /// Where it is.
    pub package: &'static str,
}

/// The gallery of bugs that happened, which has no sides.
pub const GALLERY: Side = Side { name: "gallery", package: "checker" };

/// Both.
pub const SIDES: [Side; 2] = [
    Side { name: "lock", package: "mutex-poller" },
    Side { name: "channel", package: "channel-poller" },
];

/// The side that a user has typed.
pub fn parse(text: &str) -> Result<Side, &'static str> {
    let side = SIDES.into_iter().find(|side| side.name == text);
    side.ok_or("say lock or channel")
}
