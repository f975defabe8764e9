//! The private authority of a workspace, over real sockets: a client that trusts its root connects, its certificates are
//! renewed by themselves, and its root is never replaced in silence.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use rustls::SupportedProtocolVersion;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};
use tests::{Api, Headless, get_over, secured, secured_at};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::audit::entries;
use crate::findings::{found, is_over};
use crate::https::Authority;
use crate::own_certificate::{address, shown};

const DAY: Duration = Duration::from_hours(24);

/// A server with a certificate of its private authority, and the root that was exported.
struct Private {
    api: Api,
    root: CertificateDer<'static>,
    address: SocketAddr,
}

impl Private {
    async fn start() -> Self {
        let api = Api::start_listening("custom").await;
        api.command("server.setCertificate", json!({"source": "privateAuthority"})).await;
        Self::of(api).await
    }

    async fn of(api: Api) -> Self {
        let (root, address) = (exported(&api).await, address(&api).await);
        Self { api, root, address }
    }

    /// Closed, changed by `change`, which gets the file of the authority, and serving again.
    async fn restarted(self, change: impl FnOnce(&Path)) -> Api {
        let api = self.api;
        api.app.close().await;
        change(&file(&api));
        let api = api.reopened().await;
        api.app.serve().await.unwrap();
        api
    }

    async fn open(&self) -> TlsStream<TcpStream> {
        self.open_in(rustls::ALL_VERSIONS, &self.root).await.unwrap()
    }

    /// A client by the clock of the server.
    async fn open_in(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        trusted: &CertificateDer<'static>,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        secured_at(self.api.clock.now(), self.address, trusted, versions).await
    }

    async fn get(&self, stream: TlsStream<TcpStream>) -> String {
        let path = format!("/scim/v2/{}/Users", self.api.connection_id);
        get_over(stream, &path, &self.api.token).await
    }

    /// What is wrong with the authority, once it was looked at.
    async fn problem(&self) -> Value {
        self.api.command("server.checkCertificate", json!({})).await["problem"].clone()
    }

    /// For which names and addresses the certificate is.
    async fn names(&self) -> Vec<Value> {
        let view = self.api.command("server.certificate", json!({})).await;
        view["pair"]["names"].as_array().unwrap().clone()
    }
}

fn file(api: &Api) -> PathBuf {
    api.folder().join("authority.pem")
}

async fn exported(api: &Api) -> CertificateDer<'static> {
    let file = api.command("server.exportRoot", json!({})).await;
    let text = file["text"].as_str().unwrap();
    assert!(!text.contains("PRIVATE"), "the certificate alone");
    CertificateDer::from_pem_slice(text.as_bytes()).unwrap()
}

/// Every file of a folder and of those inside it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_client_that_trusts_the_exported_root_alone_connects_over_tls_1_2_and_1_3() {
    let server = Private::start().await;
    for version in [&TLS12, &TLS13] {
        let stream = server.open_in(&[version], &server.root).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        let answer = server.get(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let other = CertificateDer::from_pem_slice(Authority::new("Other").pem().as_bytes()).unwrap();
    assert!(server.open_in(rustls::ALL_VERSIONS, &other).await.is_err(), "and no other client");
    server.api.app.close().await;
}

#[tokio::test]
async fn a_certificate_is_renewed_by_itself_before_its_end_and_open_connections_continue() {
    let server = Private::start().await;
    let open = server.open().await;
    let first = shown(&open);
    server.api.clock.advance(DAY * 59);
    assert_eq!(server.problem().await, Value::Null);
    assert_eq!(shown(&server.open().await), first, "a third of its time is left");
    server.api.clock.advance(DAY * 2);
    is_over(&server.api, "certificate.expiring").await;
    assert_eq!(server.problem().await, Value::Null);
    assert_ne!(shown(&server.open().await), first, "new connections get the new one, by the same root");
    let answer = server.get(open).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "an open one continues: {answer}");
    for code in ["certificate.expiring", "certificate.files", "certificate.root"] {
        is_over(&server.api, code).await;
    }
    server.api.app.close().await;
}

#[tokio::test]
async fn the_certificate_is_signed_again_at_once_for_another_public_or_listen_address() {
    let mut server = Private::start().await;
    let first = shown(&server.open().await);
    let public = json!({"publicUrl": "https://scim.invalid:8470"});
    server.api.command("server.publicUrl", public).await;
    assert_eq!(server.names().await[0], "scim.invalid");
    assert_ne!(shown(&server.open().await), first);
    server.api.command("server.listen", json!({"listen": "127.0.0.2:0"})).await;
    server.address = address(&server.api).await;
    assert!(server.names().await.contains(&json!("127.0.0.2")), "{:?}", server.names().await);
    drop(server.open().await);
    server.api.command("server.publicUrl", json!({"publicUrl": null})).await;
    assert!(!server.names().await.contains(&json!("scim.invalid")), "{:?}", server.names().await);
    server.api.app.close().await;
}

#[tokio::test]
async fn the_root_outlives_a_restart_and_its_key_is_in_one_file_for_its_owner_alone() {
    let server = Private::start().await;
    server.api.command("backup.make", json!({})).await;
    let own = file(&server.api);
    assert_eq!(std::fs::metadata(&own).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&own).unwrap();
    let (_, key) = text.split_once("PRIVATE KEY-----\n").unwrap();
    let line = key.lines().next().unwrap();
    assert!(line.len() > 60, "a line of the key");
    let all = files(server.api.folder());
    assert!(all.len() > 3, "the databases and the backup: {all:?}");
    for other in all.iter().filter(|path| **path != own) {
        let text = std::fs::read(other).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains(line), "the key is in {}", other.display());
    }
    let before = server.root.clone();
    let copied = |file: &Path| std::fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
    let server = Private::of(server.restarted(copied).await).await;
    assert_eq!(
        std::fs::metadata(&own).unwrap().permissions().mode() & 0o777,
        0o600,
        "also one that was copied"
    );
    assert_eq!(server.root, before);
    drop(server.open().await);
    is_over(&server.api, "certificate.root").await;
    server.api.app.close().await;
}

#[tokio::test]
async fn a_damaged_authority_is_found_and_never_replaced_by_a_new_root() {
    let server = Private::start().await;
    let (first, root) = (shown(&server.open().await), server.root.clone());
    let text = std::fs::read(file(&server.api)).unwrap();
    std::fs::write(file(&server.api), "nothing").unwrap();
    let problem = server.problem().await;
    assert!(
        problem.as_str().unwrap().contains("authority.pem can't be used: it has no certificate"),
        "{problem}"
    );
    let finding = found(&server.api, "certificate.files").await;
    assert_eq!(finding["causes"][0]["text"], problem, "{finding}");
    let message = finding["message"].as_str().unwrap();
    assert!(message.starts_with("The certificate of this server can't be renewed. The private"), "{finding}");
    assert_eq!(shown(&server.open().await), first, "the one of before remains in use");

    let api = server.restarted(|_| ()).await;
    let status = api.command("workspace.status", json!({})).await["server"].clone();
    assert_eq!(
        (&status["state"], &status["problem"]["code"]),
        (&json!("stopped"), &json!("certificate.files")),
        "nothing is served, in clear neither: {status}"
    );
    let refused = api.app.call(&Caller::Operator, "server.exportRoot", json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "{refused:?}");
    assert_eq!(std::fs::read(file(&api)).unwrap(), b"nothing", "the file remains as it is");
    std::fs::write(file(&api), text).unwrap();
    api.command("server.checkCertificate", json!({})).await;
    is_over(&api, "server.stopped").await;
    is_over(&api, "certificate.root").await;
    let server = Private::of(api).await;
    assert_eq!(server.root, root);
    drop(server.open().await);
    server.api.app.close().await;
}

#[tokio::test]
async fn a_workspace_without_its_authority_has_a_new_root_which_is_found_until_it_is_exported() {
    let server = Private::start().await;
    let former = server.root.clone();
    let api = server.restarted(|authority| std::fs::remove_file(authority).unwrap()).await;
    let finding = found(&api, "certificate.root").await;
    let view = api.command("server.certificate", json!({})).await;
    let fingerprint = view["root"]["fingerprint"].as_str().unwrap();
    assert_eq!(fingerprint.split(':').count(), 32, "a SHA-256: {view}");
    assert!(finding["evidence"][0]["text"].as_str().unwrap().contains(fingerprint), "{finding}");
    assert_eq!(finding["remedies"][0]["kind"], "openServer", "{finding}");
    let sentence = json!(format!("Began to use the root certificate {fingerprint}."));
    let entries = entries(&api.app).await;
    assert!(entries.iter().any(|entry| entry["sentence"] == sentence), "{entries:?}");
    let server = Private::of(api).await;
    is_over(&server.api, "certificate.root").await;
    assert_ne!(server.root, former);
    assert!(server.open_in(rustls::ALL_VERSIONS, &former).await.is_err(), "the former root is of no use");
    drop(server.open().await);
    server.api.app.close().await;
}

#[tokio::test]
async fn the_program_serves_other_computers_with_its_private_authority_and_exports_the_root() {
    let folder = tempfile::tempdir().unwrap();
    let (trusted, out) = (folder.path().join("trusted.pem"), folder.path().join("root.crt"));
    std::fs::write(&trusted, Authority::new("Another").pem()).unwrap();
    let arguments = ["--listen", "0.0.0.0:0", "--tls-private"];
    let app = Headless::start_as(&arguments, &[("SSL_CERT_FILE", trusted.as_path())]).await;
    let exported = app.command(&["certificate", "export-root", "--out", out.to_str().unwrap()]).await;
    let view = app.command(&["certificate"]).await;
    assert_eq!(view["source"], "privateAuthority", "{view}");
    assert_eq!(view["root"]["fingerprint"], exported["fingerprint"], "{view}");
    let chosen = app.command(&["certificate", "private"]).await;
    assert_eq!(chosen["root"], view["root"], "chosen for every start, it is the same authority: {chosen}");
    let doctor = app.call("workspace.doctor", json!({})).await.to_string();
    let place = "Key of the private authority: in a file that only your account can read";
    assert!(doctor.contains(place), "{doctor}");
    assert!(view["keys"][0]["text"] == place && view["keys"].as_array().unwrap().len() == 1, "{view}");
    let root = CertificateDer::from_pem_file(&out).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&out).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o644, "it is public, and other users are to read it");
    }
    let status = app.call("workspace.status", json!({})).await;
    let listen: SocketAddr = status["server"]["listen"].as_str().unwrap().parse().unwrap();
    let here = SocketAddr::from(([127, 0, 0, 1], listen.port()));
    drop(secured(here, &root, rustls::ALL_VERSIONS, &[]).await.unwrap());
    let public = json!({ "publicUrl": format!("https://localhost:{}", listen.port()) });
    app.call("server.publicUrl", public).await;
    let checked = app.call("server.checkPublicUrl", json!({})).await;
    assert_eq!(checked["verdict"], "reachable", "although the system does not trust the root: {checked}");
    let steps = checked["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["hop"] == "certificate").unwrap();
    assert!(step["detail"].as_str().unwrap().contains("this server's private authority"), "{checked}");
    app.call("connection.create", json!({"name": "Okta", "provider": "okta"})).await;
    let checked = app.call("server.checkPublicUrl", json!({})).await;
    assert_eq!(checked["failing"], "authority", "Okta trusts public authorities only: {checked}");
}
