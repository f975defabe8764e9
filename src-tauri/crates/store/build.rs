//! The migrations are read while the crate is compiled, so a changed folder of theirs compiles it again.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    writeln!(io::stdout(), "cargo::rerun-if-changed=migrations")
}
