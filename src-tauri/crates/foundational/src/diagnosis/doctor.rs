//! The findings as lines for the command line, and what was checked and is right.

use crate::access::actor::Actor;
use crate::connections::views::{ConnectionStatus, ConnectionView};
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::doctor_views::{DoctorLine, Level};
use crate::diagnosis::finding::{Finding, Severity};
use crate::error::Error;
use crate::server::key_places::KeyPlace;
use crate::shapes::Nothing;

/// What to do about a part of the workspace that cannot be read.
const UNREADABLE: &str =
    "If the file is damaged, put a backup in its place with `foundational restore FILE`.";

/// The lines so far.
struct Lines(Vec<DoctorLine>);

impl Lines {
    fn add(&mut self, level: Level, message: String, hint: &str) {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        self.0.push(DoctorLine { level, message, hint });
    }

    /// What a check needs to read. That it cannot be read is a finding too, and the other checks are done.
    fn read<T>(&mut self, what: &str, read: Result<T, Error>) -> Option<T> {
        read.map_err(|error| {
            let message = format!("{what} can't be checked: {}", error.message);
            self.add(Level::Problem, message, UNREADABLE);
        })
        .ok()
    }
}

impl Diagnosis {
    pub(crate) async fn doctor(&self, actor: Actor, _: Nothing) -> Result<Vec<DoctorLine>, Error> {
        let mut lines = Lines(Vec::new());
        self.check_workspace(&mut lines).await;
        self.check_audit(&mut lines).await;
        let findings = lines.read("What needs attention", self.diagnose().await).unwrap_or_default();
        for finding in &findings {
            lines.add(level(finding), finding.message.clone(), &hint(finding));
        }
        self.check_the_rest(&mut lines, actor, &findings).await;
        Ok(lines.0)
    }

    /// What was checked beside the findings and is right, as sentences. Nothing is written for it: it is done while
    /// requests arrive.
    pub(crate) async fn checks(&self, actor: Actor, findings: &[Finding]) -> Result<Vec<String>, Error> {
        let mut lines = Lines(Vec::new());
        self.check_the_rest(&mut lines, actor, findings).await;
        Ok(lines.0.into_iter().filter(|line| line.level == Level::Ok).map(|line| line.message).collect())
    }

    async fn check_the_rest(&self, lines: &mut Lines, actor: Actor, findings: &[Finding]) {
        self.check_accounts(lines).await;
        self.check_server(lines).await;
        let connections = self.connections.connection_list(actor, Nothing {}).await;
        let connections = lines.read("The connections", connections);
        if connections.as_ref().is_some_and(Vec::is_empty) {
            lines.add(
                Level::Warning,
                "There is no connection yet.".to_owned(),
                "Add one in the app, or with `foundational connection create`.",
            );
        }
        for connection in connections.into_iter().flatten() {
            let is_found = |one: &Finding| {
                one.severity != Severity::Notice && one.connection_id.as_ref() == Some(&connection.id)
            };
            if let Some((level, message, hint)) = state(&connection, findings.iter().any(is_found)) {
                lines.add(level, message, hint);
            }
        }
    }

    async fn check_workspace(&self, lines: &mut Lines) {
        let folder = self.store().folder().display();
        match self.store().test_write().await {
            Ok(()) => {
                lines.add(Level::Ok, format!("The workspace in {folder} can be read and written."), "");
            }
            Err(error) => lines.add(
                Level::Problem,
                format!("The workspace in {folder} can be read, but not written: {error}."),
                "Free some disk space, and check that the folder can be written to. Nothing that was confirmed is lost.",
            ),
        }
    }

    /// What is wrong with them is among the findings then.
    async fn check_audit(&self, lines: &mut Lines) {
        let checked = lines.read("The audit entries", self.history.check_audit_when_due().await);
        if checked.is_some() && self.history.audit_problem().is_none() {
            lines.add(Level::Ok, "The audit entries are as they were written.".to_owned(), "");
        }
    }

    async fn check_accounts(&self, lines: &mut Lines) {
        let has_accounts = self.store().has_accounts().await.map_err(Error::from);
        match lines.read("The accounts", has_accounts) {
            Some(true) => lines.add(Level::Ok, "There is an Admin account.".to_owned(), ""),
            Some(false) => lines.add(
                Level::Warning,
                "There is no account yet.".to_owned(),
                "Open the app and create the Admin account.",
            ),
            None => {}
        }
    }

    async fn check_server(&self, lines: &mut Lines) {
        let server = self.scim_server.server_view().await;
        let Some(server) = lines.read("The server", server) else { return };
        match (&server.problem, server.since) {
            (Some(_), _) => {}
            (None, Some(_)) => lines.add(Level::Ok, format!("SCIM is served on {}.", server.listen), ""),
            (None, None) => lines.add(
                Level::Warning,
                "SCIM is not being served: neither the app nor `foundational serve` is running.".to_owned(),
                "Open the app, or run `foundational serve`.",
            ),
        }
        match &server.public_url {
            Some(url) => lines.add(Level::Ok, format!("The public address is {url}."), ""),
            None => lines.add(
                Level::Warning,
                "No public address is set, so endpoints show the local address.".to_owned(),
                "Okta and Azure need an https address: set it in Settings, or with `foundational serve --public-url`.",
            ),
        }
        for KeyPlace { text, file, is_open } in self.scim_server.key_places().await {
            let (level, hint) =
                if is_open { (Level::Warning, "Let its owner alone read it.") } else { (Level::Ok, "") };
            lines.add(level, format!("{text} ({file})."), hint);
        }
    }
}

const fn level(finding: &Finding) -> Level {
    match finding.severity {
        Severity::Problem => Level::Problem,
        Severity::Warning | Severity::Notice => Level::Warning,
    }
}

/// What follows from a finding, why, and what to do.
fn hint(finding: &Finding) -> String {
    let message = finding.message.to_lowercase();
    let is_new = |text: &&str| !message.contains(text.to_lowercase().trim_end_matches('.'));
    let causes = finding.causes.iter().map(|cause| cause.text.as_str()).filter(is_new);
    let parts =
        finding.detail.as_deref().into_iter().chain(causes).chain(finding.steps.iter().map(String::as_str));
    parts.collect::<Vec<_>>().join(" ").replace("**", "")
}

/// The state of a connection beside its findings: that it is paused, or that nothing is wrong.
fn state(connection: &ConnectionView, is_found: bool) -> Option<(Level, String, &'static str)> {
    let name = &connection.name;
    // A pause with a reason is a finding, which says what ends it.
    let by_person = connection.pause.as_ref().filter(|pause| pause.reason.is_none());
    let by = by_person.and_then(|pause| pause.by.as_ref());
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    match connection.status {
        ConnectionStatus::Paused => Some((
            Level::Warning,
            format!("{name}: paused{by}; requests are answered with \"try again later\"."),
            if by_person.is_some() { "Resume it when you are ready." } else { "" },
        )),
        // Why is a finding of the server.
        ConnectionStatus::Stopped | ConnectionStatus::NotReachable | ConnectionStatus::PortChanged => {
            Some((Level::Problem, format!("{name}: {}.", connection.status_text), ""))
        }
        _ if is_found => None,
        _ if connection.tokens_usable == 0 => Some((
            Level::Warning,
            format!("{name}: there is no active token."),
            "Create one with `foundational token create`.",
        )),
        _ => Some((Level::Ok, format!("{name}: {}.", connection.status_text), "")),
    }
}
