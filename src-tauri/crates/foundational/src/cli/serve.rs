//! `foundational serve`.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::ServeArgs;
use super::output::{Failure, Print};
use crate::app::{Foundational, Options};
use crate::sessions::Caller;

pub(super) async fn run(data: PathBuf, args: ServeArgs, print: &Print) -> Result<ExitCode, Failure> {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "warn".into()),
        )
        .init();
    let app =
        Foundational::open(Options { data: data.clone(), listen: args.listen, public_url: args.public_url })
            .await?;
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
    let connections = app.call(&Caller::Operator, "connection.list", json!({})).await?;
    print.serving(&data, server, &connections)?;
    stopped().await;
    print.note("Stopping: letting requests finish.");
    app.close().await;
    Ok(ExitCode::SUCCESS)
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
