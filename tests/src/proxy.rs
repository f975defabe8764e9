//! A real proxy: Debian's nginx or Caddy, with a folder and ports of its own.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::ports::is_free;
use crate::process::Group;
use crate::wait::until;

/// A proxy, serving; it ends with this.
pub struct Proxy {
    _process: Group,
    _folder: TempDir,
}

impl Proxy {
    /// Starts nginx with these `server` blocks, which listen on these ports of this computer, and waits until they do.
    pub async fn nginx(ports: &[u16], servers: &str) -> Self {
        Self::start("/usr/sbin/nginx", ports, |folder, command| {
            let file = written(folder, "nginx.conf", &nginx(folder, servers));
            command.arg("-p").arg(folder).arg("-c").arg(file).args(["-e", "stderr"]);
        })
        .await
    }

    /// The same with Caddy and these sites. It has no admin endpoint, asks no authority for a certificate, and writes below
    /// its own folder alone.
    pub async fn caddy(ports: &[u16], sites: &str) -> Self {
        Self::start("/usr/bin/caddy", ports, |folder, command| {
            let file = written(
                folder,
                "Caddyfile",
                &format!(
                    "{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {}/storage\n}}\n{sites}",
                    folder.display()
                ),
            );
            command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
            for place in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
                command.env(place, folder);
            }
        })
        .await
    }

    /// `program`: where Debian has it, which is not on everyone's path.
    async fn start(program: &str, ports: &[u16], set: impl FnOnce(&Path, &mut Command)) -> Self {
        for port in ports {
            // One that was there before may not have ended yet.
            until("the port is free", async || is_free(*port).then_some(())).await;
        }
        let name = program.rsplit('/').next().expect("it has a name");
        let folder = tempfile::Builder::new().prefix("proxy-").tempdir().expect("a folder can be made");
        let mut command = Command::new(if Path::new(program).is_file() { program } else { name });
        set(folder.path(), &mut command);
        let mut process = Group::start(command, &folder.path().join("log"));
        for port in ports {
            until("the proxy listens", async || {
                let ended = process.child().try_wait().expect("its state can be asked");
                assert!(ended.is_none(), "{name} ended: {}", process.output());
                TcpStream::connect(("127.0.0.1", *port)).await.ok()
            })
            .await;
        }
        Self { _process: process, _folder: folder }
    }
}

/// A file of this folder, with this text.
fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("it can be written");
    file
}

/// One process in the foreground, which writes below its own folder alone.
fn nginx(folder: &Path, servers: &str) -> String {
    let folder = folder.display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let places = kinds.map(|kind| format!("{kind}_temp_path {folder}/{kind};\n")).concat();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n\
         {places}{servers}}}\n"
    )
}
