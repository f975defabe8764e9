//! The app behind a real proxy.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tests::{Headless, Nginx};

use crate::https::{Authority, NOW, Pair, start};

/// The app behind an address that a proxy is started at, well or broken.
pub(crate) struct Behind {
    pub app: Headless,
    pub listen: SocketAddr,
    pub port: u16,
    pub own: Authority,
    pub folder: tempfile::TempDir,
}

impl Behind {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authorities.pem");
        let own = Authority::new("Trusted");
        std::fs::write(&file, own.pem()).unwrap();
        let (app, listen) = start(&file).await;
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        app.call("server.publicUrl", json!({ "publicUrl": format!("https://localhost:{port}") })).await;
        Self { app, listen, port, own, folder }
    }

    pub(crate) fn trusted(&self) -> Pair {
        self.own.files(self.folder.path(), "localhost", NOW)
    }

    /// A proxy with this certificate and these lines in its server block.
    pub(crate) async fn proxy_with(&self, pair: &Pair, lines: &str) -> Nginx {
        let (port, certificate, key) = (self.port, pair.certificate.display(), pair.key.display());
        let block = format!(
            "server {{ listen 127.0.0.1:{port} ssl; server_name localhost; ssl_certificate {certificate}; \
             ssl_certificate_key {key}; client_max_body_size 16m; {lines} }}\n"
        );
        Nginx::start(port, &block).await
    }

    pub(crate) async fn proxy(&self, lines: &str) -> Nginx {
        self.proxy_with(&self.trusted(), lines).await
    }

    /// What passes everything on, with more lines.
    pub(crate) fn passing(&self, more: &str) -> String {
        let listen = self.listen;
        format!("location / {{ proxy_pass http://{listen}; {HEADERS} {more} }}")
    }

    pub(crate) async fn check(&self) -> Value {
        self.app.call("server.checkPublicUrl", json!({})).await
    }

    async fn findings(&self) -> Vec<Value> {
        let shown = self.app.call("diagnosis.findings", json!({})).await;
        shown["findings"].as_array().unwrap().clone()
    }

    pub(crate) async fn found(&self, code: &str) -> Value {
        let all = self.findings().await;
        let finding = all.iter().find(|one| one["code"] == code).cloned();
        assert!(finding.is_some(), "{code} is not in {all:#?}");
        finding.unwrap()
    }

    pub(crate) async fn is_over(&self, code: &str) {
        let all = self.findings().await;
        assert!(all.iter().all(|one| one["code"] != code), "{code} is over: {all:#?}");
    }
}

/// What a proxy must say.
pub(crate) const HEADERS: &str = "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For 203.0.113.9; \
    proxy_set_header X-Forwarded-Proto https;";
