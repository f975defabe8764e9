//! What systemd is asked for, by its own program `systemctl`.

use std::io;
use std::process::{Command, Output};

use super::unit_location::{Scope, UNIT};
use crate::cli::output::Failure;

/// `systemctl` for one scope.
pub(super) struct Systemctl {
    scope: Scope,
}

/// What systemd knows of the unit: the properties of `systemctl show`.
#[derive(Debug, Default)]
pub(super) struct UnitState {
    /// `active`, `inactive`, `failed`, `activating`, `deactivating` or `reloading`.
    pub active: String,
    /// Since when it is active, as systemd writes it; empty if it never was.
    pub since: String,
    /// `enabled`, `disabled` or another state of the unit file.
    pub enabled: String,
    /// The file that systemd reads.
    pub file: String,
    /// The process, 0 without one.
    pub pid: u32,
    /// How its last process ended: its exit code, or the number of the signal that ended it.
    pub code: u8,
    /// Whether a signal ended it.
    pub killed: bool,
}

impl UnitState {
    /// Whether a process of the service runs.
    pub(super) fn runs(&self) -> bool {
        matches!(self.active.as_str(), "active" | "activating" | "deactivating" | "reloading")
    }
}

impl Systemctl {
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope }
    }

    /// Whether a systemd of this scope runs and answers; in a container, a build of an image or a session without one it
    /// does not.
    pub(super) fn answers(&self) -> bool {
        self.output(&["is-system-running"]).is_ok_and(|output| {
            let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            matches!(state.as_str(), "initializing" | "starting" | "running" | "degraded" | "maintenance")
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// With systemd's own words.
    pub(super) fn run(&self, words: &[&str]) -> Result<String, Failure> {
        let shown = || self.scope.command("systemctl", &words.join(" "));
        let refuse =
            |why: String| Failure { message: format!("`{}` failed: {why}", shown()), hint: None, code: 1 };
        let output = self.output(words).map_err(|error| refuse(error.to_string()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(refuse(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }

    /// What systemd knows of the unit.
    ///
    /// # Errors
    /// With systemd's own words.
    pub(super) fn state(&self) -> Result<UnitState, Failure> {
        let properties = "--property=ActiveState,ActiveEnterTimestamp,UnitFileState,FragmentPath,MainPID,ExecMainCode,ExecMainStatus";
        let mut state = UnitState::default();
        for (name, value) in
            self.run(&["show", UNIT, properties])?.lines().filter_map(|line| line.split_once('='))
        {
            let value = value.to_owned();
            match name {
                "ActiveState" => state.active = value,
                "ActiveEnterTimestamp" => state.since = value,
                "UnitFileState" => state.enabled = value,
                "FragmentPath" => state.file = value,
                "MainPID" => state.pid = value.parse().unwrap_or_default(),
                // CLD_KILLED and CLD_DUMPED of waitid(2).
                "ExecMainCode" => state.killed = matches!(value.as_str(), "2" | "3"),
                "ExecMainStatus" => state.code = value.parse().unwrap_or_default(),
                _ => {}
            }
        }
        Ok(state)
    }

    fn output(&self, words: &[&str]) -> io::Result<Output> {
        Command::new("systemctl").arg(self.scope.flag()).arg("--no-ask-password").args(words).output()
    }
}
