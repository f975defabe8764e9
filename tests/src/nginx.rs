//! A real proxy: Debian's nginx, with a folder and a port of its own.

use std::path::Path;

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::process::Group;
use crate::wait::until;

/// Where Debian has it; the directory is not on everyone's path.
const PROGRAM: &str = "/usr/sbin/nginx";

/// nginx, serving; it ends with this.
pub struct Nginx {
    _process: Group,
    _folder: TempDir,
}

impl Nginx {
    /// Starts it with these `server` blocks, of which one listens on the port of this computer, and waits until it does.
    pub async fn start(port: u16, servers: &str) -> Self {
        // One that was there before may not have ended yet.
        until("the port is free", async || TcpListener::bind(("127.0.0.1", port)).await.ok().map(drop)).await;
        let folder = tempfile::Builder::new().prefix("nginx-").tempdir().expect("a folder can be made");
        let configuration = folder.path().join("nginx.conf");
        std::fs::write(&configuration, whole(folder.path(), servers)).expect("it can be written");
        let program = if Path::new(PROGRAM).is_file() { PROGRAM } else { "nginx" };
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(&configuration).args(["-e", "stderr"]);
        let mut process = Group::start(command, &folder.path().join("nginx.log"));
        until("nginx listens", async || {
            let ended = process.child().try_wait().expect("its state can be asked");
            assert!(ended.is_none(), "nginx ended: {}", process.output());
            TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        Self { _process: process, _folder: folder }
    }
}

/// One process in the foreground, which writes below its own folder alone.
fn whole(folder: &Path, servers: &str) -> String {
    let folder = folder.display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let places = kinds.map(|kind| format!("{kind}_temp_path {folder}/{kind};\n")).concat();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n\
         {places}{servers}}}\n"
    )
}
