//! The record of all requests to the made-up web.

use std::thread;

use super::Answer;
use crate::Url;

/// One request, as the web saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What was asked for.
    pub url: Url,
    /// Which request for this URL this is: 1 is the first.
    pub attempt: u64,
    /// When it began: all begins and ends are numbered in one order, from 0.
    pub begin: u64,
    /// When it ended, if it has.
    pub end: Option<u64>,
    /// Its result, decided when it begins.
    pub answer: Answer,
    /// The name of the thread that sent it.
    pub worker: String,
    /// Whether another request for the same URL was under way as it began:
    /// then two workers had the same resource.
    pub overlaps: bool,
}

#[derive(Clone, Default)]
pub struct Record {
    requests: Vec<Request>,
    // Which of them have not ended: at most one for each worker.
    under_way: Vec<usize>,
    // How many begins and ends so far.
    events: u64,
}

impl Record {
    pub fn begin(&mut self, url: &Url, attempt: u64, answer: Answer) -> usize {
        let same = |&number: &usize| self.requests[number].url == *url;
        let overlaps = self.under_way.iter().any(same);
        let worker = thread::current().name().unwrap_or_default().to_owned();
        let (url, begin) = (url.clone(), self.event());
        let end = None;
        let request =
            Request { url, attempt, begin, end, answer, worker, overlaps };
        let number = self.requests.len();
        self.requests.push(request);
        self.under_way.push(number);
        number
    }

    pub fn end(&mut self, number: usize) {
        self.under_way.retain(|n| *n != number);
        self.requests[number].end = Some(self.event());
    }

    pub fn into_requests(self) -> Vec<Request> {
        self.requests
    }

    fn event(&mut self) -> u64 {
        self.events += 1;
        self.events - 1
    }
}
