//! Finds the addresses of names, with few threads.
//!
//! The system's lookup takes as long as it likes. So each runs in a thread of
//! its own, which is left alone when the time is up; ureq's own resolver does
//! the same. But where no name server answers, it would leave one more thread
//! behind for each poll. Here all polls of a name share one lookup: **there are
//! at most as many lookups as there are names**, and a name that is never found
//! delays no other.

use std::collections::HashMap;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::{io, thread};

use ::ureq::Error;
use ::ureq::config::Config;
use ::ureq::http::Uri;
use ::ureq::unversioned::resolver::{
    DefaultResolver, ResolvedSocketAddrs, Resolver,
};
use ::ureq::unversioned::transport::NextTimeout;
use crossbeam::channel::{Receiver, bounded};
use parking_lot::Mutex;

/// Most addresses that ureq takes of one name.
const MOST: usize = 16;

/// Finds the addresses of `host:port`.
pub type Find = fn(&str) -> io::Result<Vec<SocketAddr>>;

/// Looks names up for all workers.
#[derive(Debug, Clone)]
pub struct Lookups {
    find: Find,
    /// By name, where the result of a lookup under way will be.
    under_way: Arc<Mutex<HashMap<String, Receiver<Vec<SocketAddr>>>>>,
}

impl Lookups {
    /// Asks the operating system.
    pub fn by_the_system() -> Self {
        Lookups::by(|name| Ok(name.to_socket_addrs()?.collect()))
    }

    /// Asks `find`.
    pub fn by(find: Find) -> Self {
        Lookups { find, under_way: Arc::default() }
    }

    /// The lookup of this name that is under way, or a new one.
    fn join(&self, name: String) -> io::Result<Receiver<Vec<SocketAddr>>> {
        let mut under_way = self.under_way.lock();
        if let Some(lookup) = under_way.get(&name) {
            return Ok(lookup.clone());
        }
        let (found_tx, found_rx) = bounded(0);
        let (this, key) = (self.clone(), name.clone());
        let work = move || {
            let found = (this.find)(&key).unwrap_or_default();
            this.under_way.lock().remove(&key);
            // To each poll that waits, until the last has it or has given up.
            while found_tx.send(found.clone()).is_ok() {}
        };
        thread::Builder::new().name("lookup".into()).spawn(work)?;
        under_way.insert(name, found_rx.clone());
        Ok(found_rx)
    }
}

impl Resolver for Lookups {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let parts = uri.scheme().zip(uri.authority());
        let name = parts
            .and_then(|(s, a)| DefaultResolver::host_and_port(s, a))
            .ok_or(Error::HostNotFound)?;
        let found = self.join(name)?.recv_timeout(*timeout.after);
        let found = found.map_err(|_| Error::Timeout(timeout.reason))?;
        let mut addresses = self.empty();
        found.iter().take(MOST).for_each(|found| addresses.push(*found));
        let is_found = !found.is_empty();
        is_found.then_some(addresses).ok_or(Error::HostNotFound)
    }
}
