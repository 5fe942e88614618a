//! Finds the addresses of names, with few threads.
//!
//! The system's lookup takes as long as it likes, so each runs in a thread of
//! its own and is left alone when time is up. Where no name server answers,
//! every poll would leave a thread behind. So workers that ask for the same
//! name share one lookup, and there are at most [`MOST`] at a time.

use std::collections::HashMap;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io, thread};

use shared::HttpError;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::words::{Why, is_full, of_lookup};

/// Most lookups at a time.
pub const MOST: usize = 64;

/// Most addresses that ureq takes.
const ROOM: usize = 16;

/// Finds the addresses of `host:port`.
type Find = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

type Found = Result<Vec<SocketAddr>, HttpError>;

/// Looks names up for all workers.
#[derive(Clone)]
pub struct Lookups(Arc<Desk>);

struct Desk {
    find: Box<Find>,
    /// The lookups under way.
    under_way: Mutex<HashMap<String, Arc<OnceLock<Found>>>>,
    /// One of them has ended.
    ended: Condvar,
}

impl Lookups {
    /// Asks the operating system.
    pub fn by_the_system() -> Self {
        Lookups::new(|name| Ok(name.to_socket_addrs()?.collect()))
    }

    /// Asks `find`.
    pub fn new(
        find: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        let (under_way, ended) = (Mutex::default(), Condvar::new());
        Lookups(Arc::new(Desk { find: Box::new(find), under_way, ended }))
    }

    /// The addresses of a name, if they are found in time.
    ///
    /// # Errors
    /// Says why there are none.
    pub fn look_up(&self, name: &str, patience: Duration) -> Found {
        let until = Instant::now().checked_add(patience);
        let mut under_way = self.0.lock();
        let mut mine = None;
        loop {
            if mine.is_none() {
                mine = match under_way.get(name) {
                    Some(found) => Some(found.clone()),
                    None if under_way.len() < MOST => {
                        Some(self.start(name, &mut under_way)?)
                    }
                    None => None,
                };
            }
            if let Some(found) = mine.as_ref().and_then(|mine| mine.get()) {
                return found.clone();
            }
            under_way = self.0.wait(under_way, until)?;
        }
    }

    /// Starts a lookup, and notes that it is under way.
    fn start(
        &self,
        name: &str,
        under_way: &mut HashMap<String, Arc<OnceLock<Found>>>,
    ) -> Result<Arc<OnceLock<Found>>, HttpError> {
        let found = Arc::new(OnceLock::new());
        let (desk, name) = (self.0.clone(), name.to_string());
        let (key, result) = (name.clone(), found.clone());
        let work = move || {
            let addresses = desk.find(&name);
            let mut under_way = desk.lock();
            under_way.remove(&name);
            let _ = result.set(addresses);
            drop(under_way);
            desk.ended.notify_all();
        };
        let builder = thread::Builder::new().name("lookup".into());
        builder.spawn(work).map_err(|_| HttpError::OutOfMemory)?;
        under_way.insert(key, found.clone());
        Ok(found)
    }
}

type UnderWay<'a> = MutexGuard<'a, HashMap<String, Arc<OnceLock<Found>>>>;

impl Desk {
    fn find(&self, name: &str) -> Found {
        // A lookup opens files, and does not always say that it could not.
        let was_full = is_full();
        (self.find)(name).map_err(|error| {
            if was_full || is_full() {
                HttpError::TooManyFiles
            } else {
                of_lookup(&error)
            }
        })
    }

    fn lock(&self) -> UnderWay<'_> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a lookup; without `until` as long as it takes.
    fn wait<'a>(
        &self,
        under_way: UnderWay<'a>,
        until: Option<Instant>,
    ) -> Result<UnderWay<'a>, HttpError> {
        let Some(until) = until else {
            let guard = self.ended.wait(under_way);
            return Ok(guard.unwrap_or_else(PoisonError::into_inner));
        };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(HttpError::LookupTimedOut);
        }
        let waited = self.ended.wait_timeout(under_way, left);
        Ok(waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

impl Resolver for Lookups {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let no_host = || Error::from(Why::from(HttpError::NoSuchHost));
        let host = uri.host().ok_or_else(no_host)?;
        let standard = match uri.scheme_str() {
            Some("https") => 443,
            Some("http") => 80,
            // What is left is a proxy's.
            _ => 1080,
        };
        let port = uri.port_u16().unwrap_or(standard);
        let name = format!("{host}:{port}");
        // An address needs no lookup and no thread.
        let found = match name.parse() {
            Ok(address) => Ok(vec![address]),
            Err(_) => self.look_up(&name, *timeout.after),
        };
        let addresses = found.map_err(|error| Error::from(Why::from(error)))?;
        let mut result = self.empty();
        addresses.into_iter().take(ROOM).for_each(|a| result.push(a));
        if result.is_empty() { Err(no_host()) } else { Ok(result) }
    }
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookups")
    }
}
