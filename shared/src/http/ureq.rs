//! The real web, through ureq, which makes the connections, follows redirects,
//! keeps the time, and uses the proxies that the environment names. HTTPS needs
//! the feature `tls`, which takes long to build; it trusts the authorities that
//! the system trusts. A login in a URL is sent as it is written (`%40` is not
//! decoded), and left out after a redirect that names a host.
//!
//! Next: [`contract`](crate::contract).

mod lookup;
mod words;

use std::time::{Duration, Instant};

use ::ureq::unversioned::transport::DefaultConnector;
use ::ureq::{Agent, Proxy};

use super::Method;
use crate::{HttpClient, HttpError, Status, Url};
pub use lookup::Lookups;
use words::in_our_words;

/// The name by which the owners of a site find this program in their logs.
const USER_AGENT: &str =
    concat!("share-memory-two-ways/", env!("CARGO_PKG_VERSION"));

/// Requests over the network. One agent serves all workers.
pub struct UreqHttp {
    agent: Agent,
    timeout: Duration,
}

impl UreqHttp {
    /// A client that gives up on a URL, with all redirects and both methods,
    /// after `timeout`. It uses the proxies that the environment names.
    pub fn new(timeout: Duration) -> Self {
        let lookups = Lookups::by_the_system();
        UreqHttp::with(timeout, Proxy::try_from_env(), lookups)
    }

    /// The same with this proxy, or none, and with another way to find
    /// addresses.
    pub fn with(
        timeout: Duration,
        proxy: Option<Proxy>,
        lookups: Lookups,
    ) -> Self {
        let config = Agent::config_builder()
            // Without the first two a silent server would hold a worker
            // forever, and `404 Not Found` would be an error.
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .proxy(proxy)
            .user_agent(USER_AGENT);
        #[cfg(feature = "tls")]
        let config = config.tls_config(
            ::ureq::tls::TlsConfig::builder()
                .root_certs(::ureq::tls::RootCerts::PlatformVerifier)
                .build(),
        );
        let connector = DefaultConnector::default();
        let agent = Agent::with_parts(config.build(), connector, lookups);
        UreqHttp { agent, timeout }
    }

    /// One request and its redirects. `left` is the time that the first
    /// request for this URL has left to a second one.
    fn ask(
        &self,
        url: &Url,
        method: Method,
        left: Option<Duration>,
    ) -> Result<Status, HttpError> {
        let request = match method {
            Method::Head => self.agent.head(url.as_str()),
            Method::Get => self.agent.get(url.as_str()),
        };
        // On a connection that is kept, what a server sends late becomes the
        // answer for the next URL. A poller polls each URL once in a while, so
        // a connection that is kept would gain little.
        let request = request.header("Connection", "close");
        let answer = match left {
            // A request with settings of its own would read the system's
            // certificates again, unless an earlier one has read them.
            None => request.call(),
            Some(left) => {
                request.config().timeout_global(Some(left)).build().call()
            }
        };
        // The body of a GET is not read: dropping it closes the connection.
        let answer = answer.map_err(in_our_words)?;
        Ok(Status(answer.status(), method))
    }
}

impl HttpClient for UreqHttp {
    /// Asks by HEAD. Many servers refuse HEAD, or answer it wrongly: so if the
    /// result is anything but success, asks once more, by GET. A success of
    /// that is the answer. Otherwise the first result stands.
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let began = Instant::now();
        let head = self.ask(url, Method::Head, None);
        if !may_get_another_answer(head) {
            return head;
        }
        let left = self.timeout.saturating_sub(began.elapsed());
        let get = self.ask(url, Method::Get, Some(left));
        get.ok().filter(|status| status.0.is_success()).map_or(head, Ok)
    }
}

/// Whether a GET may be answered where a HEAD was not: where a server was
/// reached, and there is time left.
fn may_get_another_answer(head: Result<Status, HttpError>) -> bool {
    match head {
        Ok(status) => !status.0.is_success(),
        Err(error) => matches!(
            error,
            HttpError::TooManyRedirects
                | HttpError::BadAnswer
                | HttpError::Lost
        ),
    }
}
