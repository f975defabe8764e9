//! The unit of `foundational service install`, read by systemd's own parser and run as it stands.

use std::fs::Permissions;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tests::{free_address, secured, until};
use tokio::process::{Child, Command};

use crate::fake_systemd::{Home, printed};
use crate::https::{Authority, NOW};

/// What systemd itself reads in the unit. No systemd runs: its program for checking prints that before it checks.
async fn dumped(home: &Home) -> String {
    let run = home.folder().join("run");
    std::fs::create_dir(&run).unwrap();
    let mut command = Command::new("systemd-analyze");
    command.args(["--no-pager", "--user", "verify", "--man=no"]).arg(home.unit());
    command.env("SYSTEMD_LOG_LEVEL", "debug").env("SYSTEMD_UNIT_PATH", "").env("XDG_RUNTIME_DIR", &run);
    let output = command.output().await.expect("systemd-analyze is there: `npm test` unpacks it");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let (_, unit) = text.split_once("-> Unit foundational.service:").expect(&errors);
    unit.split("-> Unit ").next().unwrap().to_owned()
}

fn value<'a>(dump: &'a str, name: &str) -> &'a str {
    let line = dump.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(": "));
    assert!(line.is_some(), "there is {name} in {dump}");
    line.unwrap()
}

#[tokio::test]
async fn the_command_of_the_unit_serves_scim_in_a_folder_with_a_hostile_name() {
    let home = Home::with_systemd();
    let data = home.folder().join(r#"50% %h $HOME ${PATH} "two" 'one' back\slash; : é"#);
    // A service has no port 0.
    let listen = free_address().to_string();
    home.installed(&["--data", data.to_str().unwrap(), "--listen", &listen]);
    let unit = dumped(&home).await;
    let paths = data.to_str().unwrap();
    assert_eq!(value(&unit, "ReadWritePaths"), paths, "where it may write");
    assert!(value(&unit, "BindPaths").starts_with(&format!("{paths}:{paths}:")), "what it sees of homes");
    assert_eq!(
        (value(&unit, "Type"), value(&unit, "ProtectSystem"), value(&unit, "ProtectHome")),
        ("notify", "strict", "tmpfs")
    );

    let mut service = Service::start(&home, &unit);
    assert_eq!(service.says(), format!("READY=1\nSTATUS=Serves SCIM on {listen}."));
    assert!(data.join("bridge.json").is_file(), "in the folder that was named");
    let endpoint = scim(&data).await;
    assert!(endpoint.starts_with(&format!("http://{listen}/")), "{endpoint}");

    let id = service.process.id().unwrap();
    let process = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    assert!(process.contains("\nUmask:\t0077\n"), "files without a mode are private: {process}");
    let id = Pid::from_raw(id.try_into().unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    assert!(service.says().starts_with("STOPPING=1"), "the end is announced");
    let ended = until("the service ends", async || service.process.try_wait().unwrap()).await;
    assert_eq!(ended.code(), Some(0), "an end in order");
}

#[tokio::test]
async fn the_certificate_of_the_unit_is_read_by_systemd_and_secures_connections() {
    let home = Home::with_systemd();
    let own = Authority::new("Own");
    let pair = own.files(home.folder(), "localhost", NOW);
    let [chain, key] = [&pair.certificate, &pair.key].map(|path| path.to_str().unwrap());
    let listen = free_address();
    let installed = home.installed(&["--listen", &listen.to_string(), "--tls-cert", chain, "--tls-key", key]);
    assert!(printed(&installed).contains("After a renewal: systemctl --user restart foundational"));
    let unit = dumped(&home).await;
    let (_, named) = value(&unit, "Command Line").split_once("--tls-cert ").unwrap();
    let credentials = Path::new(named.split_once("/tls-chain.pem").unwrap().0);
    assert!(credentials.starts_with(home.folder()), "the folder that systemd makes: {credentials:?}");
    // As systemd does it: copies that the service alone reads.
    std::fs::create_dir_all(credentials).unwrap();
    for (name, path) in [("tls-chain.pem", chain), ("tls-key.pem", key)] {
        assert!(home.text().contains(&format!("LoadCredential={name}:{path}\n")), "{}", home.text());
        let copy = credentials.join(name);
        std::fs::copy(path, &copy).unwrap();
        std::fs::set_permissions(copy, Permissions::from_mode(0o400)).unwrap();
    }
    // The service itself sees no other.
    std::fs::remove_file(&pair.key).unwrap();
    let service = Service::start(&home, &unit);
    assert_eq!(service.says(), format!("READY=1\nSTATUS=Serves SCIM on {listen}."));
    let trusted = CertificateDer::from_pem_slice(own.pem().as_bytes()).unwrap();
    let stream = secured(listen, &trusted, rustls::ALL_VERSIONS, &[]).await.unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap()[0].clone();
    assert_eq!(shown, CertificateDer::from_pem_file(&pair.certificate).unwrap(), "with that certificate");
}

#[tokio::test]
async fn sockets_that_systemd_opens_are_served_and_who_connected_before_is_answered() {
    let home = Home::with_systemd();
    let sockets = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [listen, metrics] = [0, 1].map(|place: usize| sockets[place].local_addr().unwrap());
    home.installed(&["--listen", &listen.to_string(), "--socket", &format!("{listen},{metrics}")]);
    let unit = dumped(&home).await;
    let mut early = TcpStream::connect(metrics).unwrap();
    early.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    early.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    // Another process holds both ports, as systemd does: they could not be opened a second time.
    let service = Service::start_with_sockets(&home, &unit, sockets, metrics);
    assert_eq!(service.says(), format!("READY=1\nSTATUS=Serves SCIM on {listen}."));
    let mut answer = String::new();
    early.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let endpoint = scim(&home.data()).await;
    assert!(endpoint.starts_with(&format!("http://{listen}/")), "{endpoint}");
}

/// The service, started by the command of its unit.
struct Service {
    manager: UnixDatagram,
    process: Child,
}

impl Service {
    fn start(home: &Home, unit: &str) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.stdout(Stdio::null());
        Self::started(home, unit, shell, "")
    }

    /// The same with two sockets as systemd passes them, of SCIM and of the metrics. Source: `sd_listen_fds(3)`.
    fn start_with_sockets(home: &Home, unit: &str, sockets: [TcpListener; 2], metrics: SocketAddr) -> Self {
        let [first, second] = sockets.map(OwnedFd::from);
        let mut shell = Command::new("/bin/sh");
        shell.stdin(first).stdout(second);
        let pass = format!(
            "exec 3<&0 4<&1 </dev/null >/dev/null; \
             export LISTEN_PID=$$ LISTEN_FDS=2 FOUNDATIONAL_METRICS={metrics};"
        );
        Self::started(home, unit, shell, &pass)
    }

    fn started(home: &Home, unit: &str, mut shell: Command, before: &str) -> Self {
        let notified = home.folder().join("notify");
        let manager = UnixDatagram::bind(&notified).unwrap();
        manager.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // systemd shows the command as a shell reads it.
        let process = shell
            .args(["-c", &format!("{before} exec {}", value(unit, "Command Line"))])
            .env_clear()
            .env("NOTIFY_SOCKET", &notified)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { manager, process }
    }

    /// What it tells the service manager next.
    fn says(&self) -> String {
        let mut message = [0; 500];
        let length = self.manager.recv(&mut message).expect("the service manager is notified in time");
        String::from_utf8_lossy(&message[..length]).into_owned()
    }
}

/// Makes a connection, a token and a user over SCIM: the endpoint.
async fn scim(data: &Path) -> String {
    let foundational = async |arguments: &[&str]| {
        let mut command = Command::new(tests::program("foundational"));
        let output = command.args(arguments).arg("--json").arg("--data").arg(data).output().await.unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let connection = foundational(&["connection", "create", "Live", "--provider", "custom"]).await;
    let token = foundational(&["token", "create", "Live"]).await;
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let endpoint = connection["endpoint"].as_str().unwrap();
    let user = client.post(format!("{endpoint}/Users")).bearer_auth(token["token"].as_str().unwrap());
    assert_eq!(
        user.json(&json!({ "userName": "ada" })).send().await.unwrap().status(),
        201,
        "it serves SCIM"
    );
    endpoint.to_owned()
}
