//! Which proxy a URL is polled through, as curl and Go choose it: what the
//! environment names in `http_proxy`, `https_proxy` and `all_proxy`, but for
//! the hosts in `no_proxy`; each also in capitals.

use std::net::IpAddr;

use ipnet::IpNet;
use ureq::Proxy;
use url::{Host, Url};

use crate::shown::without_login;

/// The proxies of this environment.
#[derive(Debug, Default)]
pub struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    direct: Vec<Direct>,
}

impl Proxies {
    /// Reads the environment through `get`.
    ///
    /// # Errors
    /// If a variable is not the URL of a proxy.
    pub fn from_env(
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let proxy = |names: [&str; 2]| -> Result<Option<Proxy>, String> {
            let capitals = names.map(str::to_uppercase);
            let [one, all] = names;
            let [upper, upper_all] = &capitals;
            let names = [one, upper, all, upper_all];
            let named = names.into_iter().find_map(|name| {
                let value = get(name)?.trim().to_string();
                (!value.is_empty()).then_some((name, value))
            });
            named.map(|(name, value)| parse(name, &value)).transpose()
        };
        let direct = get("no_proxy").or_else(|| get("NO_PROXY"));
        Ok(Proxies {
            http: proxy(["http_proxy", "all_proxy"])?,
            https: proxy(["https_proxy", "all_proxy"])?,
            direct: list(&direct.unwrap_or_default()),
        })
    }

    /// The proxy for a URL, if it is not to be polled directly.
    pub fn for_url(&self, url: &Url) -> Option<&Proxy> {
        let proxy = match url.scheme() {
            "http" => &self.http,
            _ => &self.https,
        };
        let is_direct = || self.direct.iter().any(|rule| rule.holds_for(url));
        proxy.as_ref().filter(|_| !is_direct())
    }
}

fn parse(name: &str, value: &str) -> Result<Proxy, String> {
    let scheme = if value.contains("://") { "" } else { "http://" };
    let whole = format!("{scheme}{value}");
    // `Proxy` takes port 99999 for the standard one.
    let is_url = Url::parse(&whole).is_ok_and(|url| url.has_host());
    let proxy = Proxy::new(&whole).ok().filter(|_| is_url);
    proxy.ok_or_else(|| {
        let shown = without_login(value);
        format!(
            "{name} in the environment is not the URL of a proxy: {shown}: \
             write it like http://HOST:PORT or socks5h://HOST:PORT, or unset it"
        )
    })
}

/// An entry of `no_proxy`.
#[derive(Debug)]
struct Direct {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug)]
enum Hosts {
    All,
    Net(IpNet),
    /// A name, and all that end in a dot and it.
    Domain(String),
}

fn list(text: &str) -> Vec<Direct> {
    let entries = text.split(|c: char| c == ',' || c.is_whitespace());
    entries.filter(|entry| !entry.is_empty()).map(Direct::parse).collect()
}

impl Direct {
    fn parse(entry: &str) -> Self {
        // The colons of an IPv6 address are followed by no port.
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) if entry.parse::<IpAddr>().is_err() => {
                (host, port.parse().ok())
            }
            _ => (entry, None),
        };
        let host = if port.is_some() { host } else { entry };
        Direct { hosts: Hosts::parse(host), port }
    }

    fn holds_for(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        self.port.is_none_or(|wanted| port == Some(wanted))
            && self.hosts.contain(url)
    }
}

impl Hosts {
    fn parse(host: &str) -> Self {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if host == "*" {
            Hosts::All
        } else if let Ok(net) = bare.parse::<IpNet>() {
            Hosts::Net(net)
        } else if let Ok(address) = bare.parse::<IpAddr>() {
            Hosts::Net(address.into())
        } else {
            let name = host.trim_start_matches("*.").trim_matches('.');
            Hosts::Domain(name.to_ascii_lowercase())
        }
    }

    fn contain(&self, url: &Url) -> bool {
        match (self, url.host()) {
            (Hosts::All, _) => true,
            (Hosts::Net(net), Some(Host::Ipv4(ip))) => {
                net.contains(&IpAddr::from(ip))
            }
            (Hosts::Net(net), Some(Host::Ipv6(ip))) => {
                net.contains(&IpAddr::from(ip))
            }
            (Hosts::Domain(name), Some(Host::Domain(host))) => {
                let rest =
                    host.trim_end_matches('.').strip_suffix(name.as_str());
                rest.is_some_and(|r| r.is_empty() || r.ends_with('.'))
            }
            _ => false,
        }
    }
}
