//! The real web, as `compare --live` polls it.
//!
//! [`shared::http::ureq`] is all that a poller needs. People who point a
//! command at their own lists need more of it: GET where HEAD is refused,
//! redirects of every kind, the machine's own certificates and proxies, and
//! words that say whose fault it is.
//!
//! ureq connects, speaks the protocol and keeps the time. It does so through
//! three parts of ours: [`lookup`] finds addresses, [`connect`] makes
//! connections, and [`answer`] reads from them.

pub mod answer;
pub mod connect;
pub mod lookup;
pub mod proxy;
pub mod redirect;
pub mod words;

use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use shared::http::{Method, StatusCode};
use shared::{HttpClient, HttpError, Status, Url};
use ureq::config::Config;
use ureq::http::{Response, Uri};
use ureq::{Agent, Body, Proxy};

use crate::ask::Ask;
use crate::out::Failure;
use connect::Connect;
use lookup::Lookups;
use proxy::Proxies;
use words::{Why, why};

/// The longest chain of redirects that is followed, as in Go's client.
const MOST_REDIRECTS: usize = 10;

/// Requests over the network, for all workers.
pub struct LiveHttp {
    agent: Agent,
    ask: Ask,
    timeout: Duration,
    proxies: Proxies,
}

impl LiveHttp {
    /// A client that gives up on a request, with its redirects and all, after
    /// `timeout`. It uses the proxies that the environment names.
    ///
    /// # Errors
    /// If the environment names a proxy that is none.
    pub fn new(ask: Ask, timeout: Duration) -> Result<Self, Failure> {
        let proxies = Proxies::from_env(|name| std::env::var(name).ok());
        let proxies = proxies.map_err(Failure::Usage)?;
        Ok(LiveHttp::with(ask, timeout, proxies, Lookups::by_the_system()))
    }

    /// The same with other proxies, and another way to find addresses.
    pub fn with(
        ask: Ask,
        timeout: Duration,
        proxies: Proxies,
        lookups: Lookups,
    ) -> Self {
        let config = Config::builder()
            .http_status_as_error(false)
            // Redirects are followed here, by the rules of `redirect`.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // See `UreqHttp`: what comes late must not become an answer.
            .max_idle_connections(0)
            .build();
        let agent = Agent::with_parts(config, Connect::default(), lookups);
        LiveHttp { agent, ask, timeout, proxies }
    }

    /// One request, and those to which redirects lead. The time-out is for
    /// all of them together.
    fn follow(&self, url: &Url, method: Method) -> Result<Status, Why> {
        let began = Instant::now();
        let mut target = url.as_str().parse().map_err(|_| NOT_A_URL)?;
        for _ in 0..=MOST_REDIRECTS {
            let left = self.timeout.checked_sub(began.elapsed());
            let left = left.ok_or(Why::from(HttpError::TimedOut))?;
            let answer = self.request(&target, method, left)?;
            match redirect::next(&target, &answer)? {
                Some(next) => target = next,
                None => return Ok(Status(answer.status(), method)),
            }
        }
        Err(HttpError::TooManyRedirects.into())
    }

    fn request(
        &self,
        target: &url::Url,
        method: Method,
        left: Duration,
    ) -> Result<Response<Body>, Why> {
        let uri = bare(target).as_str().parse::<Uri>();
        let uri = uri.map_err(|_| NOT_A_URL)?;
        let request = match method {
            Method::Head => self.agent.head(uri),
            Method::Get => self.agent.get(uri),
        };
        let mut request = request.header("Connection", "close");
        if !target.username().is_empty() || target.password().is_some() {
            let password = target.password().unwrap_or_default();
            let login = basic(target.username(), password);
            request = request.header("Authorization", login);
        }
        let proxy = self.proxies.for_url(target);
        let forward = proxy.filter(|_| target.scheme() == "http");
        if let Some(login) = forward.and_then(login_of) {
            request = request.header("Proxy-Authorization", login);
        }
        let config = request.config().timeout_global(Some(left));
        let request = config.proxy(proxy.cloned()).build();
        let answer = request.call().map_err(|error| why(&error))?;
        let refused =
            answer.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
        if forward.is_some() && refused {
            return Err(HttpError::ProxyRefused.into());
        }
        Ok(answer)
    }
}

/// A target that passed `urls::parse`, or a redirect, is a URL; ureq may
/// still see that differently.
const NOT_A_URL: Why = Why { error: HttpError::BadLocation, silent: false };

impl HttpClient for LiveHttp {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let method = match self.ask {
            Ask::Get => Method::Get,
            Ask::Auto | Ask::Head => Method::Head,
        };
        let first = self.follow(url, method);
        if self.ask != Ask::Auto || !is_refusal(first) {
            return first.map_err(|why| why.error);
        }
        let second = self.follow(url, Method::Get);
        match (first, second) {
            // HEAD was not refused: it said the same.
            (Ok(head), Ok(get)) if head.0 == get.0 => Ok(head),
            (_, second) => second.map_err(|why| why.error),
        }
    }
}

/// Whether a server may have answered like this only because it does not
/// like HEAD.
fn is_refusal(head: Result<Status, Why>) -> bool {
    match head {
        Ok(Status(code, _)) => [
            StatusCode::FORBIDDEN,
            StatusCode::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::NOT_IMPLEMENTED,
        ]
        .contains(&code),
        Err(why) => why.silent,
    }
}

/// The URL as it is sent: without the login, which goes into a header, and
/// without the fragment, which is for browsers.
pub fn bare(target: &url::Url) -> url::Url {
    let mut bare = target.clone();
    // They fail for URLs without a host; ours have one.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare.set_fragment(None);
    bare
}

/// Basic authentication. In a URL, `%40` stands for `@`.
fn basic(user: &str, password: &str) -> String {
    let mut login: Vec<u8> = percent_decode_str(user).collect();
    login.push(b':');
    login.extend(percent_decode_str(password));
    format!("Basic {}", BASE64_STANDARD.encode(login))
}

/// What a proxy that passes on plain http is told; ureq tells the others.
fn login_of(proxy: &Proxy) -> Option<String> {
    let user = proxy.username()?;
    let password = proxy.password().unwrap_or_default();
    let login = format!("{user}:{password}");
    Some(format!("Basic {}", BASE64_STANDARD.encode(login)))
}
