//! Certificates: those that the machine trusts, and why it rejects others.
//!
//! `compare` is run as its users run it: the list of authorities comes from
//! the environment.

use std::io::Write;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use rcgen::date_time_ymd;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::{OK, accept, nobody, read_head};

/// An authority, and a file that makes a machine trust it.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub file: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let name = format!("compare-{}-{name}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pem).unwrap();
        let file = file.to_str().unwrap().to_string();
        Authority { issuer: Issuer::new(params, key), file }
    }

    /// How a server with such a certificate does TLS.
    pub fn server(&self, params: CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        server(cert, &key)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn server(cert: rcgen::Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

/// Does the handshake on a stream, and answers one request.
pub fn answer(
    config: &Arc<ServerConfig>,
    stream: impl std::io::Read + std::io::Write,
) {
    let tls = ServerConnection::new(config.clone()).unwrap();
    let mut stream = StreamOwned::new(tls, stream);
    if !read_head(&mut stream).is_empty() {
        let _ = stream.write_all(OK.as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}

fn serve(config: Arc<ServerConfig>) -> SocketAddr {
    accept(move |stream| answer(&config, stream))
}

pub fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_string()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// `compare --live` that trusts this file, without proxies.
pub fn compare(trusts: &str, urls: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.args(["--live", "--rounds", "1"]).args(urls);
    command.env_clear().env("SSL_CERT_FILE", trusts);
    command
}

/// The row of each URL, in the same order.
pub fn rows(command: &mut Command, urls: &[String]) -> Vec<String> {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |url: &String| {
        let line = text.lines().find_map(|l| l.trim().strip_prefix(url));
        line.unwrap_or_else(|| panic!("{url}: {text}")).trim().to_string()
    };
    urls.iter().map(row).collect()
}

#[test]
fn tls_says_why_it_fails() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let mut expired = named("localhost");
    expired.not_before = date_time_ymd(2000, 1, 1);
    expired.not_after = date_time_ymd(2001, 1, 1);
    let mut early = named("localhost");
    early.not_before = date_time_ymd(3000, 1, 1);
    early.not_after = date_time_ymd(3001, 1, 1);
    let key = KeyPair::generate().unwrap();
    let own = named("localhost").self_signed(&key).unwrap();
    let mut params = named("localhost");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own_authority = params.self_signed(&key).unwrap();
    let cases = [
        (ours.server(named("localhost")), "200 OK"),
        (ours.server(expired), "certificate expired"),
        (ours.server(early), "certificate not valid yet"),
        (ours.server(named("a.example")), "certificate for another host"),
        (
            theirs.server(named("localhost")),
            "certificate from an unknown authority",
        ),
        (server(own, &key), "certificate from an unknown authority"),
        (server(own_authority, &key), "self-signed certificate"),
    ];
    let cases = cases.map(|(config, row)| (serve(config).port(), row));
    let mut urls: Vec<String> = cases
        .iter()
        .map(|(port, _)| format!("https://localhost:{port}/"))
        .collect();
    urls.push(format!("https://{}/", nobody()));
    let mut wanted: Vec<&str> = cases.iter().map(|(_, row)| *row).collect();
    wanted.push("refused");
    assert_eq!(rows(&mut compare(&ours.file, &urls), &urls), wanted);
}

/// An address has a certificate, too.
#[test]
fn an_address_may_have_a_certificate() {
    let ours = Authority::new("address");
    let address = serve(ours.server(named("127.0.0.1")));
    let urls = [format!("https://{address}/")];
    assert_eq!(rows(&mut compare(&ours.file, &urls), &urls), ["200 OK"]);
}

#[test]
fn a_machine_without_authorities_says_so() {
    let ours = Authority::new("nothing");
    std::fs::write(&ours.file, "").unwrap();
    let config = ours.server(named("localhost"));
    let urls = [
        format!("https://localhost:{}/", serve(config).port()),
        crate::server::serve(|_| OK).url("/"),
    ];
    let wanted = ["no certificate authorities found", "200 OK"];
    assert_eq!(rows(&mut compare(&ours.file, &urls), &urls), wanted);
}
