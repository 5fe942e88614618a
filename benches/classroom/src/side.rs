//! The two sides, as a user types them.
//!
//! Next: [`shelf`](crate::shelf).

/// Which of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Side {
    /// `mutex-poller`.
    Lock,
    /// `channel-poller`.
    Channel,
}

impl Side {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Side::Lock => "lock",
            Side::Channel => "channel",
        }
    }

    /// Its package.
    pub fn package(self) -> &'static str {
        match self {
            Side::Lock => "mutex-poller",
            Side::Channel => "channel-poller",
        }
    }
}

/// Both.
pub const SIDES: [Side; 2] = [Side::Lock, Side::Channel];
