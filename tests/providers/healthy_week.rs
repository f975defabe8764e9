//! A healthy week of each provider: its transcripts are played over a week of the clock, with its ordinary look-ups between
//! them, and nothing is found to be wrong.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::replay::Player;
use crate::transcript::{self, Step, Transcript};
use crate::transcripts::files;

/// In a transcript for this purpose something is wrong: what is found, and nothing else.
const FAULTS: &[(&str, &[&str])] = &[
    ("azure/member-before-the-person.http", &["group.membersUnresolved"]),
    ("azure/test-with-wrong-token.http", &["access.unauthorized"]),
    ("home-made/everything-wrong.http", &["lookup.fails", "write.notChanged", "write.notCreated"]),
    ("home-made/member-forms.http", &["write.notChanged"]),
    ("home-made/numbers.http", &["write.notChanged"]),
    ("home-made/schema-forms.http", &["write.notChanged", "write.notDeactivated"]),
    ("okta-patch/wrong-credentials.http", &["access.unauthorized"]),
];
/// The deviations of a transcript that sends what is in no schema, which is found as `people.attributesIgnored`.
const NOT_STORED: [&str; 2] = ["attribute.unknown", "patch.unknown"];

/// How long a provider of this kind is quiet between two visits.
fn pause(provider: &str) -> Duration {
    Duration::from_mins(match provider {
        "azure" => 40,
        "okta" => 300,
        _ => 180,
    })
}

/// Transcripts that no other one continues, each with those before it, the first one first.
fn lives(folder: &str) -> Vec<Vec<(PathBuf, Transcript)>> {
    let read = |path: PathBuf| {
        let transcript = transcript::read(&path);
        (path, transcript)
    };
    let all: Vec<(PathBuf, Transcript)> = files(folder).into_iter().map(read).collect();
    let continued: HashSet<PathBuf> = all.iter().filter_map(|(_, one)| one.after.clone()).collect();
    let last = all.into_iter().filter(|(path, _)| !continued.contains(path));
    let life = |last: (PathBuf, Transcript)| {
        let mut life = vec![last];
        while let Some(before) = life[0].1.after.clone() {
            life.insert(0, read(before));
        }
        life
    };
    last.map(life).collect()
}

/// What a week with these transcripts makes be found, by its code.
async fn found_in_a_week(life: &[(PathBuf, Transcript)]) -> Vec<String> {
    let provider = &life[0].1.provider;
    let pause = pause(provider);
    let mut player = Player::new(provider).await;
    player.api().recorded_now().await;
    player.api().command("wizard.finish", json!({"id": player.api().connection_id})).await;
    // Who has used a connection for a week without a leaver is asked to test that.
    let visits = usize::try_from(Duration::from_hours(7 * 24).as_secs() / pause.as_secs()).unwrap() - 1;
    let days = visits / 7;
    let mut found = HashSet::new();
    let mut lookup: Option<&Step> = None;
    for visit in 0..visits {
        player.api().clock.advance(pause);
        let next = (0..life.len()).find(|place| visit == place * visits / life.len());
        match next.map(|place| &life[place].1) {
            Some(transcript) => {
                player.play(transcript, false).await;
                lookup = transcript.steps.iter().find(|step| step.method == "GET").or(lookup);
            }
            None => player.look_up(lookup).await,
        }
        if next.is_some() || visit % days == 0 {
            player.api().recorded_now().await;
            let findings = player.api().command("diagnosis.findings", json!({})).await;
            let findings = findings["findings"].as_array().unwrap().iter();
            found.extend(findings.map(|one| one["code"].as_str().unwrap().to_owned()));
        }
    }
    let mut found: Vec<String> = found.into_iter().collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap())
}

async fn week(folder: &str) {
    let mut wrong = Vec::new();
    for life in lives(folder) {
        let name = name(&life.last().unwrap().0);
        let mut expected =
            FAULTS.iter().find(|(of, _)| *of == name).map_or_else(Vec::new, |(_, codes)| codes.to_vec());
        let mut deviations = life.iter().flat_map(|(_, one)| &one.deviations);
        if deviations.any(|code| NOT_STORED.contains(&code.as_str())) {
            expected.push("people.attributesIgnored");
            expected.sort_unstable();
        }
        let found = found_in_a_week(&life).await;
        if found != expected {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

macro_rules! weeks {
    ($($test:ident $folder:literal;)*) => {
        const WEEKS: &[&str] = &[$($folder),*];

        $(
            #[tokio::test]
            async fn $test() {
                week($folder).await;
            }
        )*
    };
}

weeks! {
    okta_with_patch "okta-patch";
    okta_with_put "okta-put";
    azure "azure";
    azure_with_the_flag "azure-flag";
    keycloak "keycloak";
    authentik "authentik";
    ping_one "ping";
    cyberark "cyberark";
    google_workspace "google";
    rippling "rippling";
    onelogin "onelogin";
    jumpcloud "jumpcloud";
    sailpoint "sailpoint";
    home_made "home-made";
}

#[test]
fn every_provider_has_a_week_and_every_fault_a_transcript() {
    assert_eq!(WEEKS, crate::transcripts::PROVIDERS);
    for (of, _) in FAULTS {
        let (folder, _) = of.split_once('/').unwrap();
        let last: Vec<String> = lives(folder).iter().map(|life| name(&life.last().unwrap().0)).collect();
        assert!(last.contains(&(*of).to_owned()), "{of} is the last of a life");
    }
}
