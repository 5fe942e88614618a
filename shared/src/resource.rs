//! A URL to be polled, and the poll itself.
//!
//! Next: [`timetable`](crate::timetable), which decides when.

use crate::{HttpClient, HttpError, Log, State, Url, sync};

/// A URL being polled, with what must be known to poll it again.
///
/// It is not `Clone`: there is one for each URL, and only its owner can poll
/// it. The Codewalk asks for that by convention ("sending the pointer passes
/// ownership"); here moving the value *is* passing ownership.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Its place in the list of URLs.
    pub id: usize,
    /// What to poll.
    pub url: Url,
    /// How often it has been polled.
    pub polls: u64,
    /// Errors since the last answer (the Codewalk's `errCount`).
    pub err_count: u32,
}

impl Resource {
    /// A resource that was never polled.
    pub fn new(id: usize, url: Url) -> Self {
        Resource { id, url, polls: 0, err_count: 0 }
    }

    /// Sends a HEAD request for the URL and returns the result (the Codewalk's
    /// `Poll`). An error goes to `log` and is counted; an answer clears the
    /// count. A panic of the client is an error like any other: it is caught
    /// here, so that the worker always gives the resource back.
    ///
    /// # Panics
    /// If `log` panics: that ends the run.
    pub fn poll(&mut self, http: &impl HttpClient, log: &impl Log) -> State {
        let status = sync::catch_panic(|| http.head(&self.url));
        let status = status.unwrap_or_else(|panic| {
            sync::drop_panic(panic);
            Err(HttpError::Panicked)
        });
        self.polls += 1;
        match status {
            Ok(_) => self.err_count = 0,
            Err(error) => {
                self.err_count = self.err_count.saturating_add(1);
                log.error(&self.url, error);
            }
        }
        State { id: self.id, status }
    }
}
