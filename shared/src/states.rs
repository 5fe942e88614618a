//! What the polls found: the status board, as plain data.
//!
//! Next: [`settings`](crate::settings).

use std::fmt;
use std::sync::Arc;

use crate::{HttpError, Status, Url};

/// What one poll found (the Codewalk's `State`; a resource's `id` stands for
/// its URL, so that a poll copies no text).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Which [`Resource`](crate::Resource).
    pub id: usize,
    /// What it answered, or why it did not.
    pub status: Result<Status, HttpError>,
}

/// The last state of every URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    urls: Arc<[Url]>,
    last: Vec<Option<Result<Status, HttpError>>>,
    polls: u64,
}

impl States {
    /// A board for these URLs, none of them polled yet.
    pub fn new(urls: Arc<[Url]>) -> Self {
        States { last: vec![None; urls.len()], urls, polls: 0 }
    }

    /// Records a state, which replaces the last one of the same URL.
    ///
    /// # Panics
    /// If no URL has this id.
    pub fn update(&mut self, state: State) {
        self.last[state.id] = Some(state.status);
        self.polls += 1;
    }

    /// How many polls were recorded.
    pub fn polls(&self) -> u64 {
        self.polls
    }

    /// The last state of the URL with this id, if there is one and it was
    /// polled.
    pub fn get(&self, id: usize) -> Option<Result<Status, HttpError>> {
        self.last.get(id).copied().flatten()
    }

    /// Each URL that was polled, with its last state, sorted by URL.
    pub fn sorted(&self) -> Vec<(&Url, Result<Status, HttpError>)> {
        let states = self.urls.iter().zip(&self.last);
        let mut polled: Vec<_> =
            states.filter_map(|(url, last)| Some((url, (*last)?))).collect();
        polled.sort_by_key(|(url, _)| *url);
        polled
    }
}

/// The Codewalk's listing, "Current state:", sorted and in columns.
impl fmt::Display for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self
            .sorted()
            .into_iter()
            .map(|(url, status)| (url.to_string(), status))
            .collect();
        // One very long URL must not push every status off the screen.
        let width = rows.iter().map(|(url, _)| url.len()).max();
        let width = width.unwrap_or(0).min(50);
        write!(f, "Current state:")?;
        for (url, status) in rows {
            match status {
                Ok(status) => write!(f, "\n  {url:width$}  {status}")?,
                Err(error) => write!(f, "\n  {url:width$}  {error}")?,
            }
        }
        Ok(())
    }
}
