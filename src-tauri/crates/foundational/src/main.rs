//! The headless binary: serves a workspace, and manages one from the command line.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    foundational::cli::run().await
}
