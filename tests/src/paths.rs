//! Where the things under test are.

use std::path::{Path, PathBuf};

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lies in the project")
}

/// Where screenshots go, when they are wanted: `FOUNDATIONAL_SCREENSHOTS=1`.
pub fn screenshots() -> Option<PathBuf> {
    let wanted = std::env::var("FOUNDATIONAL_SCREENSHOTS").is_ok_and(|value| value == "1");
    wanted.then(|| target().join("screenshots"))
}

/// True when the tests use the release build: `FOUNDATIONAL_PROFILE=release`. Figures are measured on it.
pub fn is_release() -> bool {
    std::env::var("FOUNDATIONAL_PROFILE").is_ok_and(|value| value == "release")
}

/// A program of the workspace: the one that was built beside this test, or the release build where that is wanted.
/// The test runner builds neither.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let beside = test.ancestors().nth(2).expect("tests are built in target/<profile>/deps");
    let path = if is_release() { target().join("release").join(name) } else { beside.join(name) };
    assert!(path.is_file(), "{} is not built; run `cargo build --workspace` first", path.display());
    path
}

/// The folder of everything that cargo and `npm test` produced.
pub(crate) fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.ancestors().nth(3).expect("tests are built in target/<profile>/deps").to_owned()
}

/// A program that `npm test` installed under `target/tools`, or one that is on the search path.
pub(crate) fn tool(name: &str) -> PathBuf {
    let own = target().join("tools/bin").join(name);
    if own.is_file() { own } else { PathBuf::from(name) }
}
