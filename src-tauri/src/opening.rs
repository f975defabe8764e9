//! Opening the core beside the window, so that neither waits for the other.

use std::io::Write as _;
use std::sync::Arc;

use foundational::{Foundational, Options};
use tauri::{AppHandle, Manager as _};
use tokio::sync::watch;

use crate::ending::Ending;
use crate::events;
use crate::keychain::SystemKeychain;

/// The core, once it is open.
pub(crate) struct Opening(watch::Sender<Option<Foundational>>);

impl Default for Opening {
    fn default() -> Self {
        Self(watch::channel(None).0)
    }
}

impl Opening {
    /// Waits for the core. A core that cannot be opened ends the app, and with it whoever waits.
    pub(crate) async fn core(&self) -> Option<Foundational> {
        let mut changes = self.0.subscribe();
        changes.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// The core, if it is open by now.
    pub(crate) fn now(&self) -> Option<Foundational> {
        self.0.borrow().clone()
    }
}

/// Opens the core and lets it serve.
pub(crate) fn begin(app: &AppHandle, options: Options) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let keychain = SystemKeychain::of(&options.data);
        let core = match Foundational::open(options).await {
            Ok(core) => core,
            Err(error) => {
                say(&error.to_string(), error.hint());
                app.state::<Ending>().done();
                app.exit(error.exit_code().into());
                return;
            }
        };
        core.use_keychain(Arc::new(keychain));
        // From here on the page can be answered; serving comes beside it.
        events::forward(&app, &core);
        app.state::<Opening>().0.send_replace(Some(core.clone()));
        if let Err(error) = core.serve().await {
            tracing::error!(%error, "the bridge for the command line does not run");
        }
    });
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
