//! The headless binary: serves a workspace, and manages one from the command line.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    foundational::file_mask::make_private();
    foundational::cli::run().await
}
