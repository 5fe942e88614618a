//! Makes connections: to the host or through a proxy, with TLS if asked for.

use std::sync::Arc;
use std::{fmt, io};

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_platform_verifier::Verifier;
use shared::HttpError;
use ureq::unversioned::transport::time::{Duration, Instant};
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout,
    SocksConnector, TcpConnector, Transport, TransportAdapter,
};
use ureq::{Error, Proxy, ProxyProtocol};

use super::answer::{Connection, Stream};
use super::words::{Why, is_our_shortage, why};

/// ureq's connectors, with TLS as the machine's own programs have it.
#[derive(Clone)]
pub struct Connect(Arc<Parts>);

struct Parts {
    tcp: TcpConnector,
    socks: SocksConnector,
    tunnel: ConnectProxyConnector,
    tls: Result<Arc<ClientConfig>, HttpError>,
}

impl Default for Connect {
    fn default() -> Self {
        Connect(Arc::new(Parts {
            tcp: TcpConnector::default(),
            socks: SocksConnector::default(),
            tunnel: ConnectProxyConnector::default(),
            tls: tls(),
        }))
    }
}

/// Trusts the authorities that the machine trusts. The list is read here, once,
/// and not by the first requests, of which there may be many.
fn tls() -> Result<Arc<ClientConfig>, HttpError> {
    let ring = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> =
        match Verifier::new(ring.clone()) {
            Ok(verifier) => Arc::new(verifier),
            Err(_) => return Err(HttpError::NoAuthorities),
        };
    let config = ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .map_err(|_| HttpError::Tls)?
        // So called because a verifier could accept everything. The system's
        // does not.
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

impl Connector for Connect {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Connection>, Error> {
        let proxy = details.config.proxy();
        let is_forward =
            |proxy: &&Proxy| !details.needs_tls() && !is_socks(proxy);
        if let Some(proxy) = proxy.filter(is_forward) {
            let stream = self.to_proxy(&of_proxy(details, proxy)?)?;
            let host = details.uri.authority().map_or("", |host| host.as_str());
            let origin = Some(format!("http://{host}"));
            return Ok(Some(Connection::http(stream, origin)));
        }
        let transport = match proxy {
            Some(proxy) => self.through(details, proxy)?,
            None => self.directly(details)?,
        };
        let stream = self.secure(details, transport)?;
        Ok(Some(Connection::http(stream, None)))
    }
}

impl Connect {
    fn directly(
        &self,
        details: &ConnectionDetails,
    ) -> Result<Box<dyn Transport>, Error> {
        boxed(self.0.tcp.connect(details, None::<()>)?)
    }

    /// A connection to a proxy. Nothing that goes wrong here is the host's
    /// fault.
    fn to_proxy(&self, details: &ConnectionDetails) -> Result<Stream, Error> {
        let transport = self.directly(details);
        let stream = transport.and_then(|t| self.secure(details, t));
        stream.map_err(of_the_proxy)
    }

    /// A connection through a proxy that does not see what goes through it.
    fn through(
        &self,
        details: &ConnectionDetails,
        proxy: &Proxy,
    ) -> Result<Box<dyn Transport>, Error> {
        // Looked up here first: a proxy that has no address is no host that
        // has none.
        of_proxy(details, proxy)?;
        let this = self.clone();
        // Called for a connection to the proxy.
        let to_proxy = move |details: &ConnectionDetails| {
            let stream = this.to_proxy(details)?;
            Ok(Box::new(Connection::raw(stream)) as Box<dyn Transport>)
        };
        let run_connector = Arc::new(to_proxy);
        let details = ConnectionDetails { run_connector, ..copy(details) };
        if is_socks(proxy) {
            let transport = self.0.socks.connect(&details, None::<()>);
            boxed(transport.map_err(of_socks)?)
        } else {
            boxed(self.0.tunnel.connect(&details, None::<()>)?)
        }
    }

    /// Does the TLS handshake, if the URL asks for it.
    fn secure(
        &self,
        details: &ConnectionDetails,
        transport: Box<dyn Transport>,
    ) -> Result<Stream, Error> {
        let clock = details.current_time.clone();
        let mut stream = TransportAdapter::new(transport, clock);
        if !details.needs_tls() {
            return Ok(Stream::Plain(stream));
        }
        stream.set_timeout(left(details)?);
        let tls = self.0.tls.clone().map_err(Why::from)?;
        let host = details.uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches([']', '.']);
        let name = ServerName::try_from(host.to_string());
        let name = name.map_err(|_| Why::from(HttpError::WrongHost))?;
        let mut tls = ClientConnection::new(tls, name)?;
        tls.complete_io(&mut stream)?;
        Ok(Stream::Tls(Box::new(StreamOwned::new(tls, stream))))
    }
}

fn boxed(
    transport: Option<impl Transport>,
) -> Result<Box<dyn Transport>, Error> {
    Ok(Box::new(transport.ok_or(Error::ConnectionFailed)?))
}

/// Whether a proxy passes bytes on and knows nothing of HTTP.
pub fn is_socks(proxy: &Proxy) -> bool {
    !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
}

/// A connection to the proxy itself.
fn of_proxy<'a>(
    details: &ConnectionDetails<'a>,
    proxy: &'a Proxy,
) -> Result<ConnectionDetails<'a>, Error> {
    let (uri, config) = (proxy.uri(), details.config);
    let addrs = details.resolver.resolve(uri, config, left(details)?);
    let addrs = addrs.map_err(of_the_proxy)?;
    Ok(ConnectionDetails { uri, addrs, ..copy(details) })
}

fn copy<'a>(details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.addrs.clone(),
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: details.now,
        timeout: details.timeout,
        current_time: details.current_time.clone(),
        run_connector: details.run_connector.clone(),
        register_shutdown: details.register_shutdown.clone(),
    }
}

/// What is left of the timeout, which was read before the first step.
fn left(details: &ConnectionDetails) -> Result<NextTimeout, Error> {
    let mut timeout = details.timeout;
    let (Instant::Exact(began), Duration::Exact(after)) =
        (details.now, timeout.after)
    else {
        return Ok(timeout);
    };
    match after.checked_sub(began.elapsed()) {
        Some(left) if !left.is_zero() => {
            timeout.after = left.into();
            Ok(timeout)
        }
        _ => Err(Error::Timeout(timeout.reason)),
    }
}

/// What went wrong on the way to a proxy.
fn of_the_proxy(error: Error) -> Error {
    let error = why(&error).error;
    let ours = is_our_shortage(error);
    Why::from(if ours { error } else { HttpError::ProxyUnreachable }).into()
}

/// A SOCKS proxy's own answers have no kind.
fn of_socks(error: Error) -> Error {
    match error {
        Error::Io(io) if io.kind() == io::ErrorKind::Other => {
            Why::from(HttpError::ProxyRefused).into()
        }
        Error::Io(io) => of_the_proxy(Error::Io(io)),
        other => other,
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connect")
    }
}
