//! A folder with an empty workspace, as the first start makes it. Making one takes all migrations, some tenths of a second of a
//! debug build; most tests need one and are about something else.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use foundational::{Foundational, Options};
use store::{Clock, Ids};
use tempfile::TempDir;

use crate::paths::target;

/// When workspaces of tests are made, and where the clock of a test begins.
pub(crate) const BEGINNING: &str = "2026-11-24T10:00:00Z";

/// A temporary folder with an empty workspace: a copy of one that this build of the test made.
pub async fn empty_workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in fs::read_dir(model().await).unwrap().map(Result::unwrap) {
        // The reserve of disk space is large, and made again where it is missing.
        if file.file_name() != "reserve" {
            fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
    }
    folder
}

/// The folder that is copied. Each test is a process of its own, so the first ones may make it at the same time: it is
/// complete as soon as it has its name.
async fn model() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let name = format!("empty-workspace-{}-", test.file_name().unwrap().display());
    let built =
        fs::metadata(&test).unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let models = target().join("tmp");
    let model = models.join(format!("{name}{built}"));
    if !model.is_dir() {
        fs::create_dir_all(&models).unwrap();
        forget_others(&models, &name, &model);
        let new = tempfile::tempdir_in(&models).unwrap();
        make(new.path()).await;
        if let Err(error) = fs::rename(new.path(), &model) {
            assert!(model.is_dir(), "{}: {error}", model.display());
        }
    }
    model
}

/// Deletes those of earlier builds of this test.
fn forget_others(models: &Path, name: &str, model: &Path) {
    for entry in fs::read_dir(models).unwrap().map(Result::unwrap) {
        let is_of_this_test = entry.file_name().to_str().is_some_and(|found| found.starts_with(name));
        if is_of_this_test && entry.path() != model {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

async fn make(folder: &Path) {
    let options = Options { data: folder.to_owned(), listen: None, public_url: None, insist: false };
    let clock = Clock::fixed(BEGINNING.parse().unwrap());
    Foundational::open_at(options, clock, Ids::random()).await.unwrap().close().await;
}
