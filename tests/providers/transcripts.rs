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
fn every_folder_is_replayed() {
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

/// A test of the replay itself: each of these files has one fault, which must be found.
#[tokio::test]
async fn every_fault_in_a_transcript_is_found() {
    const CREATE: &str = "### Create\nPOST /Users\n{\"userName\": \"ada\"}\n<- 201\n@ada /id\n<- again 409\n";
    const STATE: &str = "=== afterwards\nUser {{ada}}\n{\"userName\": \"ada\", \"active\": true}\n";
    const FLIP: &str = "### Off\nPATCH /Users/{{ada}}\n{\"schemas\": \
        [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"], \"Operations\": \
        [{\"op\": \"replace\", \"path\": \"active\", \"value\": false}]}\n<- 200\n\
        ### On\nPATCH /Users/{{ada}}\n{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"], \
        \"Operations\": [{\"op\": \"replace\", \"path\": \"active\", \"value\": true}]}\n<- 200\n";
    let head = "# A test of the replay.\nprovider custom\ndeviations schemas.resource\n";
    let lookup = "### Look\nGET /Users?filter=userName+eq+%22bystander.one%40example.com%22\n<- 200\n@by /Resources/0/id\n";
    for (what, text, found) in [
        ("a correct file", format!("{head}{CREATE}{STATE}"), ""),
        (
            "another status",
            format!("{head}{}{STATE}", CREATE.replace("<- again 409", "<- again 201")),
            "answered 409, not 201",
        ),
        ("another state", format!("{head}{CREATE}{}", STATE.replace("true", "false")), "should be"),
        (
            "a state left out",
            format!("{head}{CREATE}=== afterwards\nGone User unknown\n"),
            "touched what it should not",
        ),
        (
            "a deviation left out",
            format!("{}{CREATE}{STATE}", head.replace("deviations schemas.resource\n", "")),
            "recorded the deviations",
        ),
        ("a change in the replay", format!("{head}{CREATE}{FLIP}{STATE}"), "the replay changed"),
        ("another sentence", format!("{head}{CREATE}says Created Grace\n{STATE}"), "the activity says"),
        (
            "a part of an answer",
            format!("{head}{lookup}<- again 404\n{CREATE}{STATE}"),
            "answered 200, not 404",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("self-test.http");
        std::fs::write(&path, text).unwrap();
        let faults = replay(&path).await;
        match found {
            "" => assert_eq!(faults, Vec::<String>::new(), "{what}"),
            found => assert!(faults.iter().any(|fault| fault.contains(found)), "{what}: {faults:?}"),
        }
    }
}
