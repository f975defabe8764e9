//! The headless binary: serves a workspace, and manages one from the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    foundational::file_mask::make_private();
    server::take_passed_sockets();
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    foundational::cli::run().await
}
