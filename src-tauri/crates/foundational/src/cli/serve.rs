//! `foundational serve`.

use std::process::ExitCode;

use serde_json::json;

use super::ServeArgs;
use super::output::{Failure, Print};
use crate::access::sessions::Caller;
use crate::app::open::{Foundational, Options};

pub(super) async fn run(options: Options, args: ServeArgs, print: &Print) -> Result<ExitCode, Failure> {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "warn".into()),
        )
        .init();
    let options = Options { listen: args.listen, public_url: args.public_url, ..options };
    let mut restored = false;
    loop {
        let app = if restored {
            Foundational::open_again(options.clone()).await?
        } else {
            Foundational::open(options.clone()).await?
        };
        app.serve().await?;
        let status = app.call(&Caller::Operator, "workspace.status", json!({})).await?;
        let server = &status["server"];
        if let Some(problem) = server["problem"].as_object() {
            let text =
                |key: &str| problem.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            let failure = Failure { message: text("message"), hint: Some(text("hint")), code: 5 };
            app.close().await;
            return Err(failure);
        }
        if !restored {
            let connections = app.call(&Caller::Operator, "connection.list", json!({})).await?;
            print.serving(&options.data, server, &connections)?;
        }
        restored = tokio::select! {
            () = stopped() => false,
            () = app.gives_way() => true,
        };
        print.note(if restored { "A backup is put in place." } else { "Stopping: letting requests finish." });
        app.close().await;
        if !restored {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
