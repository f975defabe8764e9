//! The headless binary: serves a workspace, and manages one from the command line.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A request allocates some hundred times: `docs/performance.md` has what this allocator saves of its processor time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    foundational::cli::run().await
}
