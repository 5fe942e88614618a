//! The text of `compare --help` before and after the list of options.

/// Before the options.
pub const ABOUT: &str = "\
The URL poller with locks and with channels, side by side.

With no arguments, five made-up sites are polled by both pollers and by a
mistake, and drawn. With --live, the real web is polled. With any other option,
a made-up web of any size.";

/// The headings of the options that belong to one web only.
pub const FOR_REAL: &str = "Options for the real web";
/// See [`FOR_REAL`].
pub const FOR_MADE_UP: &str = "Options for a made-up web";

/// After the options.
pub const AFTER: &str = "\
D is a duration, such as 50ms, 10s or 1m.

Of more than 50 URLs, only those that are not OK (no status from 200 to 299)
are listed one by one.

With --live each poll is a connection of its own. Ten redirects are followed; a
user and password in a URL, and headers other than User-Agent, go along on the
same host only. HTTPS trusts the authorities that this machine trusts (on Linux,
SSL_CERT_FILE names another list). Proxies are those of the environment:
http_proxy, https_proxy, all_proxy, as http://, https:// or socks5h://, except
for the hosts in no_proxy.

Exit code: 0 if the run ended or was stopped with Ctrl-C; 1 if it failed, or if
--check found a URL that is not OK; 2 if the command line or a list of URLs is
wrong.

This is a program to learn from, not a monitor. Left out on purpose: alerts,
checks of what a page says, settings for single sites, a history on disk;
HTTP/2 and 3, cookies, logins other than basic, client certificates, proxy
scripts (PAC), .netrc.";
