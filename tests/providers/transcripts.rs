//! Every file under `tests/transcripts`, replayed.

use std::path::PathBuf;

use crate::replay::replay;

fn folder() -> PathBuf {
    tests::project().join("tests/transcripts")
}

/// The files of a provider, by name.
pub fn files(provider: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder().join(provider))
        .unwrap_or_else(|error| panic!("{provider}: {error}"))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "http"))
        .collect();
    files.sort();
    files
}

async fn replay_all(provider: &str) {
    let mut wrong = Vec::new();
    let files = files(provider);
    assert!(!files.is_empty(), "{provider} has transcripts");
    for file in files {
        let faults = replay(&file).await;
        if !faults.is_empty() {
            let name = file.file_name().unwrap().display();
            wrong.push(format!("{provider}/{name}\n    {}", faults.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

macro_rules! providers {
    ($($test:ident $folder:literal;)*) => {
        /// The folders that are replayed.
        pub const PROVIDERS: &[&str] = &[$($folder),*];

        $(
            #[tokio::test]
            async fn $test() {
                replay_all($folder).await;
            }
        )*
    };
}

providers! {
    okta_catalog_app_with_patch "okta-patch";
    okta_own_app_with_put "okta-put";
    azure_default_job "azure";
    azure_job_with_the_flag "azure-flag";
    keycloak_extension "keycloak";
    authentik_provider "authentik";
    ping_one "ping";
    cyberark_identity "cyberark";
    google_workspace "google";
    rippling_app "rippling";
    onelogin_provisioner "onelogin";
    jumpcloud_integration "jumpcloud";
    sailpoint_connector "sailpoint";
    home_made_clients "home-made";
}

#[test]
fn no_folder_is_forgotten() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    found.sort();
    let mut known = PROVIDERS.to_vec();
    known.sort_unstable();
    assert_eq!(found, known, "every folder under tests/transcripts is replayed");
}
