//! A user's home with a `systemctl` in systemd's location, which records what it is asked for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use tests::program;

/// It answers with the files of its folder: `state` (what `is-system-running` prints), `show` (what `show` prints; `show-1`
/// and `show-2` take its location with the next starts), `fails` and `fails-once` (the words that fail).
const SYSTEMCTL: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 9
echo "$*" >> calls
shift 2
case "$1" in
    is-system-running) cat state 2> /dev/null || { echo offline; exit 1; } ;;
    show) cat show ;;
    restart) if [ -f show-1 ]; then mv show-1 show; elif [ -f show-2 ]; then mv show-2 show; fi ;;
esac
grep -qsx "$1" fails-once && { rm fails-once; exit 1; }
grep -qsx "$1" fails && { echo "no $1 today" >&2; exit 1; }
exit 0
"#;

/// A user's home, with that `systemctl`.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn without_systemd() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        fs::write(bin.join("systemctl"), SYSTEMCTL).unwrap();
        fs::set_permissions(bin.join("systemctl"), fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    pub(crate) fn with_systemd() -> Self {
        let home = Self::without_systemd();
        home.answers("state", "running\n");
        home.shows("active", 0, "enabled", 0);
        home
    }

    pub(crate) fn answers(&self, file: &str, text: &str) {
        fs::write(self.folder.path().join("bin").join(file), text).unwrap();
    }

    pub(crate) fn shows(&self, state: &str, code: u8, enabled: &str, pid: u32) {
        self.answers("show", &self.shown(state, code, enabled, pid));
    }

    /// What `show` prints of a service whose last process ended by itself with this exit code.
    pub(crate) fn shown(&self, state: &str, code: u8, enabled: &str, pid: u32) -> String {
        format!(
            "ActiveState={state}\nExecMainCode=1\nExecMainStatus={code}\nUnitFileState={enabled}\nMainPID={pid}\n\
             ActiveEnterTimestamp=Sun 2026-11-29 20:40:54 UTC\nFragmentPath={}\n",
            self.unit().display()
        )
    }

    /// What `systemctl` was asked for since the last question, without the words that are the same each time.
    pub(crate) fn calls(&self) -> Vec<String> {
        let file = self.folder.path().join("bin/calls");
        let calls = fs::read_to_string(&file).unwrap_or_default();
        drop(fs::remove_file(file));
        calls
            .lines()
            .map(|call| {
                call.strip_prefix("--user --no-ask-password ").expect("the user's systemd").to_owned()
            })
            .filter(|call| call != "is-system-running" && !call.starts_with("show"))
            .collect()
    }

    pub(crate) fn unit(&self) -> PathBuf {
        self.folder.path().join("config/systemd/user/foundational.service")
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.unit()).unwrap_or_default()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// `foundational service WORDS --user`, on the data folder of this home unless another is named.
    pub(crate) fn service(&self, words: &[&str]) -> Output {
        let mut command = self.command(words);
        if !words.contains(&"--data") {
            command.arg("--data").arg(self.data());
        }
        command.output().expect("it can be started")
    }

    /// The same without a data folder.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let bin = self.folder.path().join("bin");
        let mut command = Command::new(program("foundational"));
        command.arg("service").args(words).arg("--user");
        let path = format!("{}:/usr/bin:/bin", bin.display());
        command.env("PATH", path).env("HOME", self.folder.path());
        command.env("XDG_CONFIG_HOME", self.folder.path().join("config")).env_remove("FOUNDATIONAL_DATA");
        command
    }

    pub(crate) fn installed(&self, words: &[&str]) -> Output {
        let output = self.service(&[&["install"][..], words].concat());
        assert!(output.status.success(), "{}", errors(&output));
        output
    }
}

pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The command is refused with this exit code and these words.
pub(crate) fn refused(output: &Output, code: i32, words: &str) {
    let errors = errors(output);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert!(errors.contains(words), "{words:?} is in {errors}");
}
