//! The unit as systemd itself reads it: no warning, and how much it lets the service do. No systemd runs for that, and none
//! needs to be installed: `npm test` unpacks its program.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::place::{Place, Scope, UNIT};
use super::spec::{STATE_FOLDER, Spec};
use super::unit_file::{self, Found};

fn spec(scope: Scope) -> Spec {
    let program = std::env::current_exe().unwrap();
    Spec {
        version: "1.2.3".to_owned(),
        scope,
        program: program.to_str().unwrap().to_owned(),
        data: if scope == Scope::System { STATE_FOLDER } else { "/home/ada/my 100% \"data\"" }.to_owned(),
        owner: None,
        listen: Some("127.0.0.1:8470".parse().unwrap()),
        public_url: Some("https://scim.example.com".to_owned()),
        insist: false,
        namespaces: true,
    }
}

/// Each kind of unit, with what `systemd-analyze security` may find at most: 0 is no access at all, 100 all. systemd 252 finds
/// 11, 11, 14, 14 and 62; other versions weigh a little differently.
fn kinds() -> Vec<(&'static str, Spec, u8)> {
    let system = spec(Scope::System);
    let owned = Spec { owner: Some((65534, 65534)), data: "/srv/100% my data".to_owned(), ..system.clone() };
    let low_port = Spec { listen: Some("127.0.0.1:443".parse().unwrap()), ..system.clone() };
    let user = spec(Scope::User);
    let plain = Spec { namespaces: false, ..user.clone() };
    vec![
        ("a service of the system", system, 15),
        ("one in the folder of a user", owned, 15),
        ("one at a port that needs a right", low_port, 18),
        ("a user's service", user, 18),
        ("a user's service without namespaces", plain, 65),
    ]
}

fn written(spec: &Spec) -> (TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(spec.scope, folder.path());
    unit_file::write(&place, spec).unwrap();
    (folder, place)
}

/// The units that every service is ordered by.
const TARGETS: [&str; 4] = ["basic.target", "network.target", "shutdown.target", "sysinit.target"];

/// systemd reads the units of this folder alone, so that no other unit of the computer is part of the answer.
fn analyze(spec: &Spec, folder: &Path, words: &[&str]) -> (bool, String) {
    for target in TARGETS {
        std::fs::write(folder.join(target), "[Unit]\n").unwrap();
    }
    let output = Command::new("systemd-analyze")
        .args(["--no-pager", spec.scope.flag()])
        .args(words)
        .arg(folder.join(UNIT))
        .env("SYSTEMD_UNIT_PATH", "")
        .env("XDG_RUNTIME_DIR", folder)
        .output()
        .expect("systemd-analyze is there: `npm test` unpacks it into target/tools/bin");
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    (output.status.success(), text)
}

#[test]
fn systemd_reads_every_unit_without_a_warning() {
    for (kind, spec, _) in kinds() {
        let (folder, _) = written(&spec);
        let (fine, text) = analyze(&spec, folder.path(), &["verify", "--man=no"]);
        assert!(fine && text.is_empty(), "{kind}: {text}");
    }
}

#[test]
fn systemd_finds_the_service_confined() {
    for (kind, spec, most) in kinds() {
        let (folder, _) = written(&spec);
        let (fine, text) =
            analyze(&spec, folder.path(), &["security", "--offline=true", &format!("--threshold={most}")]);
        assert!(fine && text.contains("Overall exposure level"), "{kind}, {most} at most: {text}");
    }
}

#[test]
fn a_unit_is_known_until_a_person_edits_it() {
    for (kind, spec, _) in kinds() {
        let (_folder, place) = written(&spec);
        assert_eq!(unit_file::read(&place.unit()).unwrap(), Found::Own(Box::new(spec)), "{kind}");
        let text = std::fs::read_to_string(place.unit()).unwrap();
        for edited in [
            text.replace("UMask=0077", "UMask=0022"),
            text.replace("8470", "8471").replace("443", "444").replace("1.2.3", "1.2.4"),
            format!("{text}Nice=5\n"),
            text.lines().skip(1).collect(),
            String::new(),
        ] {
            std::fs::write(place.unit(), edited).unwrap();
            assert_eq!(unit_file::read(&place.unit()).unwrap(), Found::Foreign, "{kind}");
        }
        std::fs::remove_file(place.unit()).unwrap();
        assert_eq!(unit_file::read(&place.unit()).unwrap(), Found::Nothing, "{kind}");
        std::os::unix::fs::symlink("/dev/null", place.unit()).unwrap();
        assert_eq!(unit_file::read(&place.unit()).unwrap(), Found::Foreign, "masked");
    }
}
