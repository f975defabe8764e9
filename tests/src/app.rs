//! The built app in a real window.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::display::Display;
use crate::driver::Driver;
use crate::page::Page;
use crate::paths::built;
use crate::wait::{PATIENCE, until};

/// The app with a data folder, a display and a driver of its own. Fields end in their order: the driver takes
/// the app with it, then the display goes, then the folder.
pub struct TestApp {
    page: Option<Page>,
    driver: Driver,
    display: Display,
    folder: TempDir,
    program: PathBuf,
    listen: String,
}

impl TestApp {
    /// Opens the app on an empty data folder, serving on any free port.
    pub async fn open() -> Self {
        Self::open_at("127.0.0.1:0").await
    }

    /// Opens the app on an empty data folder, serving at this address if it can.
    pub async fn open_at(listen: &str) -> Self {
        Self::open_on(listen, async |_| ()).await
    }

    /// Opens the app on a data folder that was filled before.
    pub async fn open_filled(fill: impl AsyncFnOnce(&Path)) -> Self {
        Self::open_on("127.0.0.1:0", fill).await
    }

    /// Opens the app on an empty data folder; it says everything that it has to say.
    pub async fn open_talkative() -> Self {
        Self::open_in("127.0.0.1:0", async |_| (), &[("RUST_LOG", "trace")]).await
    }

    async fn open_on(listen: &str, fill: impl AsyncFnOnce(&Path)) -> Self {
        Self::open_in(listen, fill, &[]).await
    }

    async fn open_in(listen: &str, fill: impl AsyncFnOnce(&Path), more: &[(&str, &str)]) -> Self {
        let folder =
            tempfile::Builder::new().prefix("foundational-").tempdir().expect("a folder can be made");
        fill(&folder.path().join("data")).await;
        let display = Display::start(folder.path()).await;
        let mut environment = environment(folder.path(), &display.name);
        environment.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let driver = Driver::start(folder.path(), &environment).await;
        let program = built("foundational-desktop");
        let mut app = Self { page: None, driver, display, folder, program, listen: listen.to_owned() };
        app.reopen().await;
        app
    }

    /// Opens the app again on the same data folder.
    pub async fn reopen(&mut self) {
        assert!(self.page.is_none(), "close the app before it is opened again");
        let arguments = [format!("--data={}", self.data().display()), format!("--listen={}", self.listen)];
        let client = self.driver.open(&self.program, &arguments).await;
        self.page = Some(Page::new(client));
    }

    /// The window's content.
    pub fn page(&self) -> &Page {
        self.page.as_ref().expect("the app is open")
    }

    /// Does a command as the command line does, through the running app's bridge, and gives what it answers.
    pub async fn command(&self, command: &str, args: Value) -> Value {
        let ticket =
            fs::read_to_string(self.data().join("bridge.json")).expect("a running app has its bridge");
        let ticket: Value = serde_json::from_str(&ticket).expect("the bridge's file is JSON");
        let text = |name: &str| ticket[name].as_str().expect("the bridge's file is whole").to_owned();
        let request = client()
            .post(format!("{}/bridge/call", text("url")))
            .bearer_auth(text("secret"))
            .json(&json!({ "command": command, "args": args }));
        let answer = request.send().await.expect("the bridge answers");
        assert!(answer.status().is_success(), "{command}: {}", answer.status());
        answer.json().await.expect("the bridge answers in JSON")
    }

    /// A folder of the test's own, which is not the data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn display(&self) -> &str {
        &self.display.name
    }

    /// Where the app itself serves, whatever address it tells.
    pub async fn local(&self) -> String {
        let status = self.command("workspace.status", Value::Null).await;
        let listen = status["server"]["listen"].as_str().expect("it says where it listens");
        format!("http://{listen}")
    }

    /// The text on the clipboard of the app's display.
    pub async fn clipboard(&self) -> String {
        self.display.clipboard().await
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Asks the app to end, as a logout does, waits until it has, and closes the session.
    pub async fn close(&mut self) {
        let id = self.process().expect("the app runs");
        kill_process(id, Signal::TERM).expect("the app can be asked to end");
        self.ended().await;
    }

    /// Ends the app from one moment to the next, as a crash or a power cut does, and closes the session.
    pub async fn kill(&mut self) {
        let id = self.process().expect("the app runs");
        kill_process(id, Signal::KILL).expect("the app can be killed");
        self.ended().await;
    }

    /// Closes the window, as its button does, and waits until the app has ended.
    pub async fn close_window(&mut self) {
        self.display.close_windows();
        self.ended().await;
    }

    async fn ended(&mut self) {
        let page = self.page.take().expect("the app is open");
        until("the app ends by itself", async || self.process().is_none().then_some(())).await;
        // The window is gone, so that the driver has little left to close; it may say so.
        let _ = timeout(Duration::from_secs(10), page.leave()).await;
    }

    /// The app's process, found by its data folder: the driver starts it and does not say its number.
    fn process(&self) -> Option<Pid> {
        let wanted = format!("--data={}", self.data().display());
        fs::read_dir("/proc").expect("there is /proc").flatten().find_map(|entry| {
            let id: i32 = entry.file_name().to_str()?.parse().ok()?;
            let command = fs::read(entry.path().join("cmdline")).ok()?;
            let mut words = command.split(|byte| *byte == 0);
            let program = words.next()?;
            let is_app =
                program.ends_with(b"foundational-desktop") && words.any(|word| word == wanted.as_bytes());
            is_app.then(|| Pid::from_raw(id)).flatten()
        })
    }
}

/// One client for all calls of a test: making it takes longer than a call.
fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        // Another provider is there already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        reqwest::Client::new()
    })
}

/// Launches the app where it cannot open, and gives what it came to: it must end by itself.
pub async fn launch(data: &Path) -> Output {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let display = Display::start(folder.path()).await;
    let mut command = Command::new(built("foundational-desktop"));
    command.arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
    command.envs(environment(folder.path(), &display.name)).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.expect("the app ends by itself");
    output.expect("the app can be started")
}

/// Everything that would otherwise land in the home folder or on a shared bus.
fn environment(folder: &Path, display: &str) -> Vec<(String, String)> {
    let mut variables = vec![
        ("DISPLAY".to_owned(), display.to_owned()),
        ("GDK_BACKEND".to_owned(), "x11".to_owned()),
        ("NO_AT_BRIDGE".to_owned(), "1".to_owned()),
        ("DBUS_SESSION_BUS_ADDRESS".to_owned(), "disabled:".to_owned()),
        // Without a graphics card this is quicker, and the only way in which screenshots never hang.
        ("WEBKIT_SKIA_ENABLE_CPU_RENDERING".to_owned(), "1".to_owned()),
    ];
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"] {
        let path = folder.join(name.to_lowercase());
        fs::create_dir(&path).expect("a folder can be made");
        fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("its mode can be set");
        variables.push((name.to_owned(), path.display().to_string()));
    }
    variables
}
