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
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::bus::Bus;
use crate::display::{Display, Manager};
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
    environment: Vec<(String, String)>,
    arguments: Vec<String>,
}

/// How a test's app is opened, when not in the usual way.
#[derive(Default)]
pub struct Launch {
    /// The session bus, if the test has one. Usually there is none.
    pub bus: Option<String>,
    /// The app as a person starts it: it names no folder, and is the one instance.
    pub plain: bool,
    pub arguments: Vec<String>,
}

impl TestApp {
    /// Opens the app on an empty data folder, serving on any free port.
    pub async fn open() -> Self {
        Self::open_at("127.0.0.1:0").await
    }

    /// Opens the app on an empty data folder, serving at this address if it can.
    pub async fn open_at(listen: &str) -> Self {
        Self::open_on(None, listen, async |_| ()).await
    }

    /// Opens the app on a data folder that was filled before.
    pub async fn open_filled(fill: impl AsyncFnOnce(&Path)) -> Self {
        Self::open_on(None, "127.0.0.1:0", fill).await
    }

    /// The same, with the services of this bus.
    pub async fn open_filled_on(bus: &Bus, fill: impl AsyncFnOnce(&Path)) -> Self {
        Self::open_on(Some(bus.address.clone()), "127.0.0.1:0", fill).await
    }

    /// Opens the app on an empty data folder; it says everything that it has to say.
    pub async fn open_talkative() -> Self {
        let mut app = Self::prepare(None, &[("RUST_LOG", "trace")]).await;
        app.arguments = vec![format!("--data={}", app.data().display()), "--listen=127.0.0.1:0".to_owned()];
        app.reopen().await;
        app
    }

    async fn open_on(bus: Option<String>, listen: &str, fill: impl AsyncFnOnce(&Path)) -> Self {
        let mut app = Self::prepare(bus, &[]).await;
        app.arguments = vec![format!("--data={}", app.data().display()), format!("--listen={listen}")];
        fill(&app.data()).await;
        app.reopen().await;
        app
    }

    /// Opens the app as this launch says.
    pub async fn open_as(launch: Launch) -> Self {
        let mut app = Self::prepare(launch.bus, &[]).await;
        if !launch.plain {
            app.arguments.push(format!("--data={}", app.data().display()));
        }
        app.arguments.push("--listen=127.0.0.1:0".to_owned());
        app.arguments.extend(launch.arguments);
        app.reopen().await;
        app
    }

    /// Opens a bare window of the same kind in the app's place.
    pub async fn open_bare() -> Self {
        let mut bare = Self::prepare(None, &[]).await;
        bare.program = built("examples/bare");
        bare.reopen().await;
        bare
    }

    async fn prepare(bus: Option<String>, more: &[(&str, &str)]) -> Self {
        let folder =
            tempfile::Builder::new().prefix("foundational-").tempdir().expect("a folder can be made");
        let display = Display::start(folder.path()).await;
        let mut environment = environment(folder.path(), &display.name, bus);
        environment.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let driver = Driver::start(folder.path(), &environment).await;
        let program = built("foundational-desktop");
        Self { page: None, driver, display, folder, program, environment, arguments: Vec::new() }
    }

    /// Opens the app again on the same data folder.
    pub async fn reopen(&mut self) {
        assert!(self.page.is_none(), "close the app before it is opened again");
        let client = self.driver.open(&self.program, &self.arguments).await;
        self.page = Some(Page::new(client));
    }

    /// Launches the program a second time beside the app, with its environment, and returns its output.
    pub async fn launch_again(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().envs(std::env::vars());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = timeout(PATIENCE, command.output()).await.expect("the second launch ends by itself");
        output.expect("the program can be started")
    }

    /// Starts the closed app by itself, without its driver.
    pub fn start_alone(&self) -> Child {
        assert!(self.page.is_none(), "close the app before it is started again");
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        command.spawn().expect("the program can be started")
    }

    /// Asks the app that was started alone to end, and waits until it has.
    pub async fn end_alone(&self, mut app: Child) {
        let id = self.process().expect("the app runs");
        kill_process(id, Signal::TERM).expect("the app can be asked to end");
        timeout(PATIENCE, app.wait()).await.expect("the app ends in time").expect("its end can be seen");
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

    /// What the system's opener was asked to open so far, one line each. In place of the system's own there is one that
    /// only notes it.
    pub fn opened(&self) -> String {
        fs::read_to_string(self.folder.path().join("opened")).unwrap_or_default()
    }

    /// From now on the opener says this and fails.
    pub fn break_opener(&self, says: &str) {
        opener(self.folder.path(), &format!("echo '{says}' >&2; exit 3"));
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

    /// Ends as by a panic: with the file that the panic hook leaves.
    pub async fn crash(&mut self) {
        let now = store::Clock::system().now();
        let file = self.data().join(format!("logs/crash-{}.txt", now.strftime("%Y%m%dT%H%M%S000000Z")));
        fs::write(&file, "Foundational stopped unexpectedly.\n").expect("it can be written");
        self.kill().await;
    }

    /// The data folder. A plain launch takes the user's own.
    pub fn data(&self) -> PathBuf {
        let is_plain =
            !self.arguments.is_empty() && !self.arguments.iter().any(|word| word.starts_with("--data="));
        self.folder.path().join(if is_plain { "xdg_data_home/foundational" } else { "data" })
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

    /// Presses the window's close button.
    pub fn close_window(&self) {
        self.display.close_windows();
    }

    pub async fn see_window(&self) {
        self.display.see_window().await;
    }

    pub async fn see_no_window(&self) {
        self.display.see_no_window().await;
    }

    /// Listens for what the window asks of a window manager.
    pub fn manage(&self) -> Manager {
        self.display.manage()
    }

    /// Waits until the app has ended by itself, and closes the session.
    pub async fn ended(&mut self) {
        let page = self.page.take().expect("the app is open");
        until("the app ends by itself", async || self.process().is_none().then_some(())).await;
        // The window is gone, so that the driver has little left to close; it may say so.
        let _ = timeout(Duration::from_secs(10), page.leave()).await;
    }

    /// The app's process, found by its environment: the driver starts it and does not say its number.
    pub(crate) fn process(&self) -> Option<Pid> {
        let wanted = format!("XDG_DATA_HOME={}", self.folder.path().join("xdg_data_home").display());
        fs::read_dir("/proc").expect("there is /proc").flatten().find_map(|entry| {
            let id: i32 = entry.file_name().to_str()?.parse().ok()?;
            let command = fs::read(entry.path().join("cmdline")).ok()?;
            let program = command.split(|byte| *byte == 0).next()?;
            let environment = fs::read(entry.path().join("environ")).ok()?;
            let is_app = program == self.program.as_os_str().as_encoded_bytes()
                && environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes());
            is_app.then(|| Pid::from_raw(id)).flatten()
        })
    }

    /// A file that the app keeps under the person's configuration.
    pub fn configuration(&self, path: &str) -> PathBuf {
        self.folder.path().join("xdg_config_home").join(path)
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

/// Launches the app where it cannot open, closes the window that says so, and returns its output.
pub async fn launch(data: &Path) -> Output {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let display = Display::start(folder.path()).await;
    let mut command = Command::new(built("foundational-desktop"));
    command.arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
    command.envs(environment(folder.path(), &display.name, None)).stdin(Stdio::null()).kill_on_drop(true);
    let app = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the app can be started");
    display.see_window().await;
    display.close_windows();
    let output = timeout(PATIENCE, app.wait_with_output()).await.expect("the app ends with its window");
    output.expect("its output can be read")
}

/// Everything that would otherwise land in the home folder or on a shared bus.
fn environment(folder: &Path, display: &str, bus: Option<String>) -> Vec<(String, String)> {
    let bus = bus.unwrap_or_else(|| "disabled:".to_owned());
    let mut variables = vec![
        ("DISPLAY".to_owned(), display.to_owned()),
        ("GDK_BACKEND".to_owned(), "x11".to_owned()),
        ("NO_AT_BRIDGE".to_owned(), "1".to_owned()),
        ("DBUS_SESSION_BUS_ADDRESS".to_owned(), bus.clone()),
        // No service of this computer is asked for anything.
        ("DBUS_SYSTEM_BUS_ADDRESS".to_owned(), bus),
        ("PATH".to_owned(), path(folder)),
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

/// The search path, on which the system's opener is one that notes what it is asked to open.
fn path(folder: &Path) -> String {
    fs::create_dir(folder.join("bin")).expect("a folder can be made");
    opener(folder, &format!("echo \"$1\" >> '{}'", folder.join("opened").display()));
    let usual = std::env::var("PATH").expect("there is a search path");
    format!("{}:{usual}", folder.join("bin").display())
}

fn opener(folder: &Path, line: &str) {
    let place = folder.join("bin/xdg-open");
    // In one step: the old one may be running.
    let fresh = folder.join("bin/fresh");
    fs::write(&fresh, format!("#!/bin/sh\n{line}\n")).expect("it can be written");
    fs::set_permissions(&fresh, Permissions::from_mode(0o755)).expect("its mode can be set");
    fs::rename(fresh, place).expect("it can be put in place");
}
