//! The app behind a real proxy.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tests::{Headless, Proxy, free_address};

use super::faults::Shows;
use super::kind::{HEADERS, Kind};
use crate::https::{Authority, NOW, Pair, start};

/// The app behind an address that a proxy is started at, well or broken.
pub(crate) struct ProxiedServer {
    pub app: Headless,
    pub listen: SocketAddr,
    pub port: u16,
    pub own: Authority,
    pub folder: tempfile::TempDir,
}

impl ProxiedServer {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authorities.pem");
        let own = Authority::new("Trusted");
        std::fs::write(&file, own.pem()).unwrap();
        let (app, listen) = start(&file).await;
        let port = free_address().port();
        app.call("server.publicUrl", json!({ "publicUrl": format!("https://localhost:{port}") })).await;
        Self { app, listen, port, own, folder }
    }

    /// The files of such a certificate.
    pub(crate) fn pair(&self, shows: Shows) -> Pair {
        let (folder, name) = (self.folder.path(), "localhost");
        match shows {
            Shows::Trusted => {
                let between = self.own.below("Between");
                let pair = between.public_files(folder, name);
                let alone = std::fs::read_to_string(&pair.certificate).unwrap();
                std::fs::write(&pair.certificate, alone + between.pem()).unwrap();
                pair
            }
            Shows::SelfSigned => Pair::self_signed(folder, name),
            Shows::Foreign => Authority::new("Foreign").files(folder, name, NOW),
            Shows::Expired => self.own.files(folder, name, (2020, 2021)),
            Shows::OtherName => self.own.files(folder, "other.example", NOW),
            Shows::Alone => self.own.below("Between").public_files(folder, name),
        }
    }

    /// nginx at the address, with this certificate and these lines in its server block.
    pub(crate) async fn proxy_with(&self, pair: &Pair, lines: &str) -> Proxy {
        let block = Kind::Nginx.site(self.port, pair, lines, self.listen);
        Proxy::nginx(&[self.port], &block).await
    }

    pub(crate) async fn proxy(&self, lines: &str) -> Proxy {
        self.proxy_with(&self.pair(Shows::Trusted), lines).await
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
