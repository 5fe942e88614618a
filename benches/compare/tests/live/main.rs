//! The client of `compare --live` against small servers of our own.

#![cfg(feature = "web")]

mod headers;
mod lookups;
mod methods;
mod proxies;
mod redirects;
mod server;
#[cfg(target_os = "linux")]
mod shortage;
#[cfg(target_os = "linux")]
mod tls;
mod words;

use std::time::Duration;

use compare::ask::Ask;
use compare::live::LiveHttp;
use compare::live::lookup::Lookups;
use compare::live::proxy::Proxies;
use shared::{HttpClient, Url};

/// For an answer that comes: however busy the machine, it comes before.
const PATIENCE: Duration = Duration::from_secs(30);
/// For one that does not come: waited for in full.
const TIMEOUT: Duration = Duration::from_millis(200);

fn client(ask: Ask, timeout: Duration) -> LiveHttp {
    let lookups = Lookups::by_the_system();
    LiveHttp::with(ask, timeout, Proxies::default(), lookups)
}

/// The row of a URL.
fn row(http: &LiveHttp, url: &str) -> String {
    let url: Url = compare::urls::parse(url).unwrap();
    match http.head(&url) {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

fn auto(url: &str) -> String {
    row(&client(Ask::Auto, PATIENCE), url)
}
