//! Opening the core beside the window, so that neither waits for the other.

use std::io::Write as _;
use std::sync::Arc;

use foundational::error::{Code, Error};
use foundational::{Foundational, OpenError, Options, Reply, SecondStart, left_behind};
use tauri::{AppHandle, Manager as _};
use tokio::sync::watch;

use crate::ending::Ending;
use crate::keychain::SystemKeychain;
use crate::{awake, crash, ending, events, log, notices, second_start};

/// How far opening has come.
#[derive(Clone)]
enum Stage {
    Opening,
    Open(Foundational),
    Failed { error: Error, exit_code: u8 },
}

/// The core, once it is open, or why it cannot be.
pub(crate) struct Opening {
    options: Options,
    start: SecondStart,
    stage: watch::Sender<Stage>,
}

impl Opening {
    pub(crate) fn of(options: Options, start: SecondStart) -> Self {
        Self { options, start, stage: watch::channel(Stage::Opening).0 }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// What an app that has the folder is asked to do.
    pub(crate) fn start(&self) -> &SecondStart {
        &self.start
    }

    /// Waits for the core.
    pub(crate) async fn core(&self) -> Result<Foundational, Error> {
        let mut changes = self.stage.subscribe();
        let stage = changes.wait_for(|stage| !matches!(stage, Stage::Opening)).await;
        match stage.as_deref() {
            Ok(Stage::Open(core)) => Ok(core.clone()),
            Ok(Stage::Failed { error, .. }) => Err(error.clone()),
            Ok(Stage::Opening) | Err(_) => Err(Error::new(Code::Unavailable, "Foundational is closing.")),
        }
    }

    /// The core, if it is open by now.
    pub(crate) fn now(&self) -> Option<Foundational> {
        match &*self.stage.borrow() {
            Stage::Open(core) => Some(core.clone()),
            Stage::Opening | Stage::Failed { .. } => None,
        }
    }

    /// With what the app ends when it could not open: the window only says so, there is nothing to keep running.
    pub(crate) fn failed(&self) -> Option<u8> {
        match &*self.stage.borrow() {
            Stage::Failed { exit_code, .. } => Some(*exit_code),
            Stage::Opening | Stage::Open(_) => None,
        }
    }
}

/// Opens the core and lets it serve.
pub(crate) fn begin(app: &AppHandle) {
    open(app, false);
}

fn open(app: &AppHandle, again: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let opening = app.state::<Opening>();
        let options = opening.options.clone();
        let keychain = SystemKeychain::of(&options.data);
        let folder = options.data.clone();
        // What the last run left lies there until this one has opened.
        let crashed = left_behind(&folder).and_then(|began| crash::last_since(&folder, began));
        let opened =
            if again { Foundational::open_again(options).await } else { Foundational::open(options).await };
        let core = match opened {
            Ok(core) => core,
            Err(error) => return failed(&app, &error).await,
        };
        log::keep_in(&folder);
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "opened");
        if let Some(at) = crashed
            && let Err(error) = core.ended_unexpectedly(at).await
        {
            tracing::warn!(%error, "nobody is told that the last run ended unexpectedly");
        }
        core.use_keychain(Arc::new(keychain));
        // From here on the page can be answered; serving comes beside it.
        events::forward(&app, &core);
        notices::follow(&app, &core);
        second_start::listen(&app, &core);
        awake::follow(&app, &core);
        opening.stage.send_replace(Stage::Open(core.clone()));
        if let Err(error) = core.serve().await {
            tracing::error!(%error, "the bridge for the command line does not run");
        }
        if again {
            // Nothing that the page knows holds any more.
            events::tell_all(&app);
        }
        core.gives_way().await;
        if app.state::<Ending>().has_begun() {
            return;
        }
        // The page waits for the next core, as it did for the first.
        opening.stage.send_replace(Stage::Opening);
        core.close().await;
        open(&app, true);
    });
}

/// Tries again after it failed: the other instance may have ended, the folder may be writable now.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn try_again(app: AppHandle) {
    let opening = app.state::<Opening>();
    let failed = opening.stage.send_if_modified(|stage| {
        let failed = matches!(stage, Stage::Failed { .. });
        if failed {
            *stage = Stage::Opening;
        }
        failed
    });
    if failed {
        begin(&app);
    }
}

/// It cannot be opened. When an app has the folder, that one shows its window and this one ends; else the window says
/// why nothing can be shown here.
async fn failed(app: &AppHandle, error: &OpenError) {
    let opening = app.state::<Opening>();
    let mut refusal = Error::new(Code::Unavailable, error.to_string());
    if !error.hint().is_empty() {
        refusal = refusal.hinting(error.hint());
    }
    if error.is_held() {
        match second_start::ask(&opening).await {
            Reply::Done => return ending::begin(app, 0),
            Reply::Free => return open(app, true),
            Reply::Refused(why) => {
                refusal.message = format!("{}. {}", refusal.message, why.message);
                refusal.hint = why.hint.or(refusal.hint);
            }
        }
    }
    say(&refusal.message, refusal.hint.as_deref().unwrap_or_default());
    opening.stage.send_replace(Stage::Failed { error: refusal, exit_code: error.exit_code() });
}

/// Tells whoever started the app from a terminal what went wrong.
pub(crate) fn say(sentence: &str, hint: &str) {
    let mut out = std::io::stderr().lock();
    // A closed terminal hears nothing, and that is all there is to tell.
    drop(writeln!(out, "foundational: {sentence}"));
    if !hint.is_empty() {
        drop(writeln!(out, "{hint}"));
    }
}
