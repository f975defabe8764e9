//! The proxies that are put in front of the app, and how each of their sites is written.

use std::net::SocketAddr;

use tests::Proxy;

use super::faults::Fault;
use crate::https::Pair;

/// The headers that a proxy must set, in the syntax of nginx. Caddy sets them by itself.
pub(crate) const HEADERS: &str = "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For 203.0.113.9; \
    proxy_set_header X-Forwarded-Proto https;";

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Nginx,
    Caddy,
}

impl Kind {
    /// As the fixes name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "Caddy",
        }
    }

    /// The lines that cause a fault; `None` where this proxy cannot be set up so.
    pub(crate) const fn lines(self, fault: &Fault) -> Option<&'static str> {
        match self {
            Self::Nginx => fault.nginx,
            Self::Caddy => fault.caddy,
        }
    }

    /// A site at this port of this computer. In its lines LISTEN is where the app listens, HEADERS the headers that nginx must set, and
    /// TLS Caddy's directive with the certificate.
    pub(crate) fn site(self, port: u16, pair: &Pair, lines: &str, listen: SocketAddr) -> String {
        let lines = lines.replace("LISTEN", &listen.to_string()).replace("HEADERS", HEADERS);
        let (certificate, key) = (pair.certificate.display(), pair.key.display());
        match self {
            Self::Nginx => format!(
                "server {{ listen 127.0.0.1:{port} ssl; server_name localhost; ssl_certificate {certificate}; \
                 ssl_certificate_key {key}; client_max_body_size 16m; {lines} }}\n"
            ),
            Self::Caddy => {
                let lines = lines.replace("TLS", &format!("tls {certificate} {key}"));
                format!("https://localhost:{port} {{\nbind 127.0.0.1\n{lines}\n}}\n")
            }
        }
    }

    /// One process with these sites, which listen on these ports.
    pub(crate) async fn start(self, ports: &[u16], sites: &str) -> Proxy {
        match self {
            Self::Nginx => Proxy::nginx(ports, sites).await,
            Self::Caddy => Proxy::caddy(ports, sites).await,
        }
    }
}
