//! What is wrong with this installation, in words.

use crate::access::sessions::Actor;
use crate::connections::views::{ConnectionStatus, ConnectionView};
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::doctor_views::{Finding, Level};
use crate::error::Error;
use crate::shapes::Nothing;
use crate::words::ends;

/// What to do about too many connections.
const CROWDED: &str = "Check in the proxy's log which client opens them, and limit connections per client there. If the \
    system allows fewer than 1,152 open files, raise that limit.";

/// What to do about a part of the workspace that cannot be read.
const UNREADABLE: &str =
    "If the file is damaged, put a backup in its place with `foundational restore FILE`.";

/// The findings so far.
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, level: Level, message: String, hint: &str) {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        self.0.push(Finding { level, message, hint });
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
    pub(crate) async fn doctor(&self, actor: Actor, _: Nothing) -> Result<Vec<Finding>, Error> {
        let mut findings = Findings(Vec::new());
        self.check_workspace(&mut findings).await;
        self.check_server(&mut findings).await;
        let connections = self.connections.connection_list(actor, Nothing {}).await;
        let connections = findings.read("The connections", connections);
        if connections.as_ref().is_some_and(Vec::is_empty) {
            findings.add(
                Level::Warning,
                "There is no connection yet.".to_owned(),
                "Add one in the app, or with `foundational connection create`.",
            );
        }
        for connection in connections.into_iter().flatten() {
            let (level, message, hint) = verdict(&connection);
            findings.add(level, message, hint);
        }
        Ok(findings.0)
    }

    async fn check_workspace(&self, findings: &mut Findings) {
        let folder = self.store().folder().display();
        match self.store().test_write().await {
            Ok(()) => {
                findings.add(Level::Ok, format!("The workspace in {folder} can be read and written."), "");
            }
            Err(error) => findings.add(
                Level::Problem,
                format!("The workspace in {folder} can be read, but not written: {error}."),
                "Free some disk space, and check that the folder can be written to. Nothing that was confirmed is lost.",
            ),
        }
        let has_accounts = self.store().has_accounts().await.map_err(Error::from);
        match findings.read("The accounts", has_accounts) {
            Some(true) => findings.add(Level::Ok, "There is an Admin account.".to_owned(), ""),
            Some(false) => findings.add(
                Level::Warning,
                "There is no account yet.".to_owned(),
                "Open the app and create the Admin account.",
            ),
            None => {}
        }
        if let Some(problem) = findings.read("The clock", self.data.clock_problem().await).flatten() {
            let hint = "Correct the clock. If it is right now, run `foundational trust-clock`.";
            findings.add(Level::Warning, problem.message, hint);
        }
        for problem in self.data.file_problems() {
            let level = if problem.urgent { Level::Problem } else { Level::Warning };
            findings.add(level, problem.message, "");
        }
    }

    async fn check_server(&self, findings: &mut Findings) {
        if let Some(message) = self.scim_server.crowding() {
            findings.add(Level::Problem, message, CROWDED);
        }
        if let Some(end) = self.scim_server.certificate_end() {
            let message = format!("The certificate of the public address ends {}.", ends(end, self.now()));
            findings.add(Level::Warning, message, "Renew it where TLS ends, at the proxy or tunnel.");
        }
        let server = self.scim_server.server_view().await;
        let Some(server) = findings.read("The server", server) else { return };
        match (&server.problem, server.since) {
            (Some(problem), _) => findings.add(Level::Problem, problem.message.clone(), &problem.hint),
            (None, Some(_)) => {
                findings.add(Level::Ok, format!("SCIM is served on {}.", server.listen), "");
            }
            (None, None) => findings.add(
                Level::Warning,
                "SCIM is not being served: neither the app nor `foundational serve` is running.".to_owned(),
                "Open the app, or run `foundational serve`.",
            ),
        }
        let facts = self.scim_server.server_facts().await;
        if let Some(facts) = findings.read("The public address", facts) {
            if let (true, Some(reach)) = (facts.unreachable, &server.reach) {
                let message = format!("The public address: {}", reach.message);
                findings.add(Level::Problem, message, reach.hint.as_deref().unwrap_or_default());
            } else if let (true, Some(moved)) = (facts.moved, &server.moved) {
                findings.add(Level::Problem, moved.text(), "Then check the public address in Settings.");
            }
        }
        match &server.public_url {
            Some(url) => findings.add(Level::Ok, format!("The public address is {url}."), ""),
            None => findings.add(
                Level::Warning,
                "No public address is set, so endpoints show the local address.".to_owned(),
                "Okta and Azure need an https address: set it in Settings, or with `foundational serve --public-url`.",
            ),
        }
    }
}

/// How one connection is doing, and what to do about it.
fn verdict(connection: &ConnectionView) -> (Level, String, &'static str) {
    let name = &connection.name;
    let by = connection.pause.as_ref().and_then(|pause| pause.by.as_ref());
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    match connection.status {
        // The cause is shown with the server.
        ConnectionStatus::Stopped | ConnectionStatus::NotReachable | ConnectionStatus::PortChanged => {
            (Level::Problem, format!("{name}: {}.", connection.status_text), "")
        }
        ConnectionStatus::Quiet => (
            Level::Warning,
            format!("{name}: no request arrived at the usual times."),
            "Check in the identity provider whether provisioning is on, and not in quarantine.",
        ),
        ConnectionStatus::Failing => (
            Level::Problem,
            format!("{name}: requests are being refused."),
            "Open the connection's activity; each refusal says why.",
        ),
        ConnectionStatus::TokenExpired => (
            Level::Problem,
            format!("{name}: its token has expired."),
            "Create a token with `foundational token create` and paste it in the identity provider.",
        ),
        ConnectionStatus::NoToken => (
            Level::Problem,
            format!("{name}: it has no valid token, so every request is refused."),
            "Create one and paste it in the provider.",
        ),
        ConnectionStatus::TokenExpiring => (
            Level::Warning,
            format!("{name}: {}.", connection.status_text),
            "Replace it in time: create a token with `foundational token create`, paste it in the identity provider, then revoke the old one.",
        ),
        ConnectionStatus::Paused => (
            Level::Warning,
            format!("{name}: paused{by}; requests are answered with \"try again later\"."),
            "Resume it when you are ready.",
        ),
        _ if connection.tokens_usable == 0 => (
            Level::Warning,
            format!("{name}: there is no active token."),
            "Create one with `foundational token create`.",
        ),
        _ => (Level::Ok, format!("{name}: {}.", connection.status_text), ""),
    }
}
