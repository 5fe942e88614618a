//! The real web, as `compare --live` polls it.
//!
//! [`shared::http::ureq`] is all that a poller needs. People who point a
//! command at their own lists need more of it: GET where HEAD is refused,
//! redirects of every kind, the machine's own certificates and proxies, and
//! messages that say which side is at fault.
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
use ureq::http::header::AUTHORIZATION;
use ureq::http::{Response, Uri};
use ureq::typestate::WithoutBody;
use ureq::{Agent, Body, Proxy, RequestBuilder};

use crate::ask::Ask;
use crate::headers::{self, HeaderMap};
use crate::out::Failure;
use connect::{Connect, is_socks};
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
    /// Sent to the host that the user named.
    headers: HeaderMap,
    /// Sent to any other host.
    for_any_host: HeaderMap,
}

impl LiveHttp {
    /// A client that gives up on a request, redirects included, after
    /// `timeout`. It uses the proxies that the environment names.
    ///
    /// # Errors
    /// If a variable of the environment is not the URL of a proxy.
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
            // Those of a connection below ours, which pass bytes on.
            .input_buffer_size(8 * 1024)
            .output_buffer_size(8 * 1024)
            .build();
        let agent = Agent::with_parts(config, Connect::default(), lookups);
        let (headers, for_any_host) = (HeaderMap::new(), HeaderMap::new());
        LiveHttp { agent, ask, timeout, proxies, headers, for_any_host }
    }

    /// Sends these headers, too, with every request, and to other hosts those
    /// of them that may go there.
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        let for_any_host = headers::for_any_host(&headers);
        LiveHttp { headers, for_any_host, ..self }
    }

    /// One request, and those to which redirects lead. The timeout is for
    /// all of them together.
    fn follow(&self, url: &Url, method: Method) -> Result<Status, Why> {
        let began = Instant::now();
        let mut target = url.as_str().parse().map_err(|_| NOT_A_URL)?;
        let mut headers = &self.headers;
        for _ in 0..=MOST_REDIRECTS {
            let left = self.timeout.checked_sub(began.elapsed());
            let left = left.ok_or(Why::from(HttpError::TimedOut))?;
            let answer = self.request(&target, method, headers, left)?;
            let Some(next) = redirect::next(&target, &answer)? else {
                return Ok(Status(answer.status(), method));
            };
            // For good: another host must not say what comes back.
            if !redirect::is_same_host(&target, &next) {
                headers = &self.for_any_host;
            }
            target = next;
        }
        Err(HttpError::TooManyRedirects.into())
    }

    fn request(
        &self,
        target: &url::Url,
        method: Method,
        headers: &HeaderMap,
        left: Duration,
    ) -> Result<Response<Body>, Why> {
        let uri = bare(target).as_str().parse::<Uri>();
        let uri = uri.map_err(|_| NOT_A_URL)?;
        let request = match method {
            Method::Head => self.agent.head(uri),
            Method::Get => self.agent.get(uri),
        };
        let proxy = self.proxies.for_url(target);
        let reader = proxy.filter(|proxy| reads(proxy, target));
        let request = with_headers(request, target, headers, reader);
        let config = request.config().timeout_global(Some(left));
        let request = config.proxy(proxy.cloned()).build();
        let answer = request.call().map_err(|error| why(&error))?;
        if reader.is_some() && answer.status() == PROXY_LOGIN {
            return Err(HttpError::ProxyRefused.into());
        }
        Ok(answer)
    }
}

const PROXY_LOGIN: StatusCode = StatusCode::PROXY_AUTHENTICATION_REQUIRED;

/// Whether a proxy sees the requests that it passes on: plain HTTP, unless
/// the proxy knows nothing of HTTP.
fn reads(proxy: &Proxy, target: &url::Url) -> bool {
    target.scheme() == "http" && !is_socks(proxy)
}

/// The headers of a request, with the logins for a site and for a proxy that
/// reads it; ureq tells the other proxies.
fn with_headers(
    request: RequestBuilder<WithoutBody>,
    target: &url::Url,
    headers: &HeaderMap,
    reader: Option<&Proxy>,
) -> RequestBuilder<WithoutBody> {
    let mut request = request.header("Connection", "close");
    if let Some(all) = request.headers_mut() {
        all.extend(headers.clone());
    }
    let has_login =
        !target.username().is_empty() || target.password().is_some();
    // A login that was given as a header is meant to be instead.
    if has_login && !headers.contains_key(AUTHORIZATION) {
        let user = percent_decode_str(target.username()).collect();
        let password = target.password().unwrap_or_default();
        let login = basic(user, percent_decode_str(password).collect());
        request = request.header(AUTHORIZATION, login);
    }
    if let Some((proxy, user)) = reader.and_then(|p| Some((p, p.username()?))) {
        let password = proxy.password().unwrap_or_default();
        let login = basic(user.into(), password.into());
        request = request.header("Proxy-Authorization", login);
    }
    request
}

/// Basic authentication.
fn basic(user: Vec<u8>, password: Vec<u8>) -> String {
    let login = [user, password].join(&b':');
    format!("Basic {}", BASE64_STANDARD.encode(login))
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
    // Both fail only for URLs without a host; this has one.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare.set_fragment(None);
    bare
}
