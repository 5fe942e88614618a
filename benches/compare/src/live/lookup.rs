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

/// The lookups that have begun and not ended, each where its result will be.
type UnderWay = HashMap<String, Arc<OnceLock<Found>>>;

/// Looks names up for all workers.
#[derive(Clone)]
pub struct Lookups(Arc<Desk>);

struct Desk {
    find: Box<Find>,
    under_way: Mutex<UnderWay>,
    /// One of them has ended.
    ended: Condvar,
}

impl Lookups {
    /// Asks the operating system.
    pub fn by_the_system() -> Self {
        Lookups::new(|name| Ok(name.to_socket_addrs()?.collect()))
    }

    /// Asks `find`.
    pub fn new<F>(find: F) -> Self
    where
        F: Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    {
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
        let mut joined = None;
        loop {
            if joined.is_none() {
                joined = self.join(name, &mut under_way)?;
            }
            if let Some(found) = joined.as_ref().and_then(|j| j.get()) {
                return found.clone();
            }
            under_way = self.0.wait(under_way, until)?;
        }
    }

    /// The lookup of this name: the one that is under way, or a new one, if
    /// there is room for it.
    fn join(
        &self,
        name: &str,
        under_way: &mut UnderWay,
    ) -> Result<Option<Arc<OnceLock<Found>>>, HttpError> {
        match under_way.get(name) {
            Some(found) => Ok(Some(found.clone())),
            None if under_way.len() < MOST => {
                self.start(name, under_way).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Starts a lookup, and notes that it is under way.
    fn start(
        &self,
        name: &str,
        under_way: &mut UnderWay,
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

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a lookup; without `until` as long as it takes.
    fn wait<'a>(
        &self,
        under_way: MutexGuard<'a, UnderWay>,
        until: Option<Instant>,
    ) -> Result<MutexGuard<'a, UnderWay>, HttpError> {
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
        let name = host_and_port(uri).ok_or_else(no_host)?;
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

fn host_and_port(uri: &Uri) -> Option<String> {
    let standard = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        // The other schemes are those of SOCKS proxies.
        _ => 1080,
    };
    Some(format!("{}:{}", uri.host()?, uri.port_u16().unwrap_or(standard)))
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookups")
    }
}
