//! The unit as systemd itself reads it: no warning, and how much it lets the service do. No systemd runs for that, and none
//! needs to be installed: `npm test` unpacks its program.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::unit::unit;
use super::unit_file::{self, InstalledUnit};
use super::unit_location::{Scope, UnitLocation};
use super::unit_options::{STATE_FOLDER, UnitOptions};
use crate::server::certificate_files::CertificateFiles;

fn options(scope: Scope) -> UnitOptions {
    let program = std::env::current_exe().unwrap();
    UnitOptions {
        version: "1.2.3".to_owned(),
        scope,
        program: program.to_str().unwrap().to_owned(),
        data: if scope == Scope::System { STATE_FOLDER } else { "/home/ada/my 100% \"data\"" }.to_owned(),
        owner: None,
        listen: Some("127.0.0.1:8470".parse().unwrap()),
        public_url: Some("https://scim.example.com".to_owned()),
        certificate: None,
        sockets: Vec::new(),
        low_ports: false,
        insist: false,
        namespaces: true,
    }
}

fn pair() -> CertificateFiles {
    let path = |name: &str| format!("/etc/100% my \"keys\"/{name}.pem");
    CertificateFiles { certificate: path("chain"), key: path("key") }
}

/// Each kind of unit, with what `systemd-analyze security` may find at most: 0 is no access at all, 100 all. systemd 252 finds
/// 11, 11, 14, 11, 14 and 62 of those without sockets; other versions score a little differently.
fn kinds() -> Vec<(&'static str, UnitOptions, u8)> {
    let system = options(Scope::System);
    let owned =
        UnitOptions { owner: Some((65534, 65534)), data: "/srv/100% my data".to_owned(), ..system.clone() };
    let low_port = UnitOptions { listen: Some("127.0.0.1:443".parse().unwrap()), ..system.clone() };
    let user = options(Scope::User);
    let certified = UnitOptions { certificate: Some(pair()), ..system.clone() };
    let plain = UnitOptions { namespaces: false, ..user.clone() };
    let sockets: Vec<SocketAddr> =
        ["[::]:443", "192.0.2.7:80"].map(|address| address.parse().unwrap()).into();
    let opened = UnitOptions { listen: Some(sockets[0]), sockets, ..system.clone() };
    let high = vec!["127.0.0.1:8470".parse().unwrap()];
    vec![
        ("one whose low ports systemd opens", opened, 15),
        ("a user's service whose port systemd opens", UnitOptions { sockets: high, ..user.clone() }, 18),
        ("a service of the system", system, 15),
        ("one in the folder of a user", owned, 15),
        ("one at a port that needs a right", low_port, 18),
        ("one with a certificate", certified, 15),
        ("a user's service", user, 18),
        ("a user's service without namespaces", plain, 65),
    ]
}

fn written(options: &UnitOptions) -> (TempDir, UnitLocation) {
    let folder = tempfile::tempdir().unwrap();
    let location = UnitLocation::new(options.scope, folder.path());
    unit_file::write(&location, options).unwrap();
    (folder, location)
}

/// The units that every service is ordered by.
const TARGETS: [&str; 5] =
    ["basic.target", "network.target", "shutdown.target", "sockets.target", "sysinit.target"];

/// systemd reads the units of this folder alone, so that no other unit of the computer is part of the answer.
fn analyze(options: &UnitOptions, folder: &Path, words: &[&str], units: &[PathBuf]) -> (bool, String) {
    for target in TARGETS {
        std::fs::write(folder.join(target), "[Unit]\n").unwrap();
    }
    let output = Command::new("systemd-analyze")
        .args(["--no-pager", options.scope.flag()])
        .args(words)
        .args(units)
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
    for (kind, options, _) in kinds() {
        let (folder, location) = written(&options);
        let units: Vec<_> =
            [location.unit(), location.socket()].into_iter().filter(|unit| unit.exists()).collect();
        assert_eq!(units.len(), if options.sockets.is_empty() { 1 } else { 2 }, "{kind}");
        let (fine, text) = analyze(&options, folder.path(), &["verify", "--man=no"], &units);
        assert!(fine && text.is_empty(), "{kind}: {text}");
    }
}

#[test]
fn a_service_has_the_right_to_low_ports_only_where_it_is_to_use_them() {
    let without = options(Scope::System);
    let with = UnitOptions { low_ports: true, ..without.clone() };
    for (options, rights) in [
        (without, "CapabilityBoundingSet=\nAmbientCapabilities=\nPrivateUsers=yes\n"),
        (with, "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"),
    ] {
        let text = unit(&options).unwrap();
        assert!(text.contains(rights), "{rights}: {text}");
        assert_eq!(text.contains("PrivateUsers"), !options.low_ports, "it would make the right void: {text}");
    }
}

#[test]
fn systemd_finds_the_service_confined() {
    for (kind, options, most) in kinds() {
        let (folder, location) = written(&options);
        let threshold = format!("--threshold={most}");
        let words = ["security", "--offline=true", threshold.as_str()];
        let (fine, text) = analyze(&options, folder.path(), &words, &[location.unit()]);
        assert!(fine && text.contains("Overall exposure level"), "{kind}, {most} at most: {text}");
    }
}

#[test]
fn a_unit_is_known_until_a_person_edits_it() {
    for (kind, options, _) in kinds() {
        let (_folder, location) = written(&options);
        assert_eq!(
            unit_file::read(&location.unit()).unwrap(),
            InstalledUnit::Own(Box::new(options)),
            "{kind}"
        );
        let text = std::fs::read_to_string(location.unit()).unwrap();
        for edited in [
            text.replace("UMask=0077", "UMask=0022"),
            text.replace("8470", "8471").replace("443", "444").replace("1.2.3", "1.2.4"),
            format!("{text}Nice=5\n"),
            text.lines().skip(1).collect(),
            String::new(),
        ] {
            std::fs::write(location.unit(), edited).unwrap();
            assert_eq!(unit_file::read(&location.unit()).unwrap(), InstalledUnit::Foreign, "{kind}");
        }
        std::fs::remove_file(location.unit()).unwrap();
        assert_eq!(unit_file::read(&location.unit()).unwrap(), InstalledUnit::Nothing, "{kind}");
        std::os::unix::fs::symlink("/dev/null", location.unit()).unwrap();
        assert_eq!(unit_file::read(&location.unit()).unwrap(), InstalledUnit::Foreign, "masked");
    }
}
