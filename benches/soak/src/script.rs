//! What the made-up web answers: a function of the case, the URL and the
//! attempt (how often that URL was asked for), never of the thread or the
//! time.
//!
//! Attempts in a row get answers that differ. So a state that was lost, or
//! that an older one replaced, shows.
//!
//! Next: [`stage`](crate::stage).

use std::hint::spin_loop;
use std::panic::resume_unwind;
use std::thread;

use fastrand::Rng;
use shared::http::{Method, StatusCode};
use shared::{HttpError, Status};

use crate::case::Case;

/// What one request comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A status.
    Status(StatusCode),
    /// No answer.
    Error(HttpError),
    /// The client panics; if `twice`, what it panics with does so again when
    /// it is dropped.
    Panic {
        /// Whether it panics again.
        twice: bool,
    },
}

/// How long an answer takes, without a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// It comes at once.
    None,
    /// The worker is busy for so many turns.
    Spins(u32),
    /// Other threads go first, so many times.
    Yields(u32),
}

const ERRORS: [HttpError; 7] = [
    HttpError::TimedOut,
    HttpError::Refused,
    HttpError::NoSuchHost,
    HttpError::BadAnswer,
    HttpError::Lost,
    HttpError::Tls,
    HttpError::TooManyFiles,
];

/// What this attempt at this URL comes to, and how long it takes.
pub fn answer(case: &Case, id: usize, attempt: u64) -> (Answer, Delay) {
    let seed = case.seed.wrapping_add((id as u64) << 40);
    let mut rng = Rng::with_seed(seed.wrapping_add(attempt));
    let mut hit = |one_in| one_in > 0 && rng.u64(..one_in) == 0;
    let answer = if hit(case.panics) {
        Answer::Panic { twice: attempt.is_multiple_of(3) }
    } else if hit(case.errors) {
        Answer::Error(ERRORS[(attempt % ERRORS.len() as u64) as usize])
    } else {
        let code = 200 + (attempt % 800) as u16;
        Answer::Status(StatusCode::from_u16(code).expect("it is below 1000"))
    };
    let delay = if !hit(case.slow) {
        Delay::None
    } else if attempt.is_multiple_of(2) {
        Delay::Yields(rng.u32(1..8))
    } else {
        Delay::Spins(1 << rng.u32(..12))
    };
    (answer, delay)
}

/// Panics again when it is dropped.
struct Twice;

impl Drop for Twice {
    fn drop(&mut self) {
        resume_unwind(Box::new("dropped"));
    }
}

impl Answer {
    /// What the board must say after it.
    pub fn state(self) -> Result<Status, HttpError> {
        match self {
            Answer::Status(code) => Ok(Status(code, Method::Head)),
            Answer::Error(error) => Err(error),
            Answer::Panic { .. } => Err(HttpError::Panicked),
        }
    }

    /// Answers, or panics, past the hook that would print it.
    ///
    /// # Errors
    /// If it is one.
    pub fn give(self) -> Result<Status, HttpError> {
        match self {
            Answer::Panic { twice: true } => resume_unwind(Box::new(Twice)),
            Answer::Panic { twice: false } => resume_unwind(Box::new("client")),
            _ => self.state(),
        }
    }
}

impl Delay {
    /// Waits.
    pub fn pass(self) {
        match self {
            Delay::None => {}
            Delay::Spins(turns) => (0..turns).for_each(|_| spin_loop()),
            Delay::Yields(times) => {
                (0..times).for_each(|_| thread::yield_now())
            }
        }
    }
}
