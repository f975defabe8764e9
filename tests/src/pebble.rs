//! A real authority of ACME: Debian's Pebble, which finds every name at this computer.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpStream, UdpSocket};
use tokio::process::Command;
use tokio::task::AbortHandle;

use crate::paths::tool;
use crate::ports::free_address;
use crate::process::Group;
use crate::wait::until;

/// Pebble, serving; it ends with this. It refuses one of fifty valid nonces: a client gives up at the third one of a request, so
/// that more of them would sometimes fail a test.
pub struct Pebble {
    _process: Group,
    folder: TempDir,
    acme: SocketAddr,
    management: SocketAddr,
    names: AbortHandle,
}

impl Pebble {
    /// Starts it. It looks for challenges of each kind at this port. `external`: key id and key of the one external account that
    /// it knows, to which each account must be bound.
    pub async fn start(port: u16, external: Option<(&str, &str)>) -> Self {
        let folder = tempfile::Builder::new().prefix("pebble-").tempdir().expect("a folder can be made");
        let key = KeyPair::generate().expect("there is randomness");
        let own = CertificateParams::new(vec!["localhost".to_owned()]).and_then(|own| own.self_signed(&key));
        let place = |name: &str| folder.path().join(name);
        std::fs::write(place("own.pem"), own.expect("it can be signed").pem()).expect("it can be written");
        std::fs::write(place("own.key"), key.serialize_pem()).expect("it can be written");
        let (acme, management) = (free_address(), free_address());
        let configuration = json!({"pebble": {
            "listenAddress": acme.to_string(),
            "managementListenAddress": management.to_string(),
            "certificate": place("own.pem"),
            "privateKey": place("own.key"),
            "httpPort": port,
            "tlsPort": port,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": external.is_some(),
            "externalAccountMACKeys": external.into_iter().collect::<BTreeMap<_, _>>(),
        }});
        std::fs::write(place("pebble.json"), configuration.to_string()).expect("it can be written");
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("there is a port");
        let resolver = socket.local_addr().expect("it is bound").to_string();
        let names = tokio::spawn(answer_names(socket)).abort_handle();
        let mut command = Command::new(tool("pebble"));
        command.arg("-config").arg(place("pebble.json")).args(["-dnsserver", &resolver]);
        command.stdout(Stdio::null()).env("PEBBLE_VA_NOSLEEP", "1").env("PEBBLE_WFE_NONCEREJECT", "2");
        let mut process = Group::start(command, &place("pebble.log"));
        until("Pebble listens", async || {
            let ended = process.child().try_wait().expect("its state can be asked");
            assert!(ended.is_none(), "Pebble ended: {}", process.output());
            TcpStream::connect(acme).await.ok()?;
            TcpStream::connect(management).await.ok()
        })
        .await;
        Self { _process: process, folder, acme, management, names }
    }

    /// The URL of its directory.
    pub fn directory(&self) -> String {
        format!("https://localhost:{}/dir", self.acme.port())
    }

    /// The file of the certificate by which its directory is trusted.
    pub fn trusted(&self) -> PathBuf {
        self.folder.path().join("own.pem")
    }

    /// The root by which the certificates that it signs are trusted.
    pub async fn root(&self) -> CertificateDer<'static> {
        // Another provider is there already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build();
        let url = format!("https://{}/roots/0", self.management);
        let answer = client.expect("a client can be made").get(url).send().await.expect("Pebble answers");
        let text = answer.text().await.expect("with a text");
        CertificateDer::from_pem_slice(text.as_bytes()).expect("that is a certificate")
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        self.names.abort();
    }
}

/// Answers questions of DNS (RFC 1035): every name is at this computer, by IPv4 alone.
async fn answer_names(socket: UdpSocket) {
    let mut question = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut question).await {
        if let Some(answer) = at_this_computer(&question[..length]) {
            socket.send_to(&answer, from).await.expect("it can be answered");
        }
    }
}

fn at_this_computer(message: &[u8]) -> Option<Vec<u8>> {
    let (id, asked) = (message.get(..2)?, message.get(12..)?);
    // The name, then its type and class.
    let end = asked.iter().position(|byte| *byte == 0)? + 5;
    let asked = asked.get(..end)?;
    let is_ipv4 = asked[end - 4..] == [0, 1, 0, 1];
    let mut answer = id.to_vec();
    answer.extend([0x81, 0x80, 0, 1, 0, u8::from(is_ipv4), 0, 0, 0, 0]);
    answer.extend(asked);
    if is_ipv4 {
        // The name of the question, for no time, at four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
    }
    Some(answer)
}
