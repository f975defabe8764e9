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

impl Diagnosis {
    pub(crate) async fn doctor(&self, actor: Actor, _: Nothing) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let mut add = |level, message: String, hint: &str| {
            findings.push(Finding {
                level,
                message,
                hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()),
            });
        };
        let folder = self.store().folder().display();
        match self.store().test_write().await {
            Ok(()) => add(Level::Ok, format!("The workspace in {folder} can be read and written."), ""),
            Err(error) => add(
                Level::Problem,
                format!("The workspace in {folder} can be read, but not written: {error}."),
                "Free some disk space, and check that the folder can be written to. Nothing that was confirmed is lost.",
            ),
        }
        if self.store().has_accounts().await? {
            add(Level::Ok, "There is an Admin account.".to_owned(), "");
        } else {
            add(
                Level::Warning,
                "There is no account yet.".to_owned(),
                "Open the app and create the Admin account.",
            );
        }
        if let Some(problem) = self.data.clock_problem().await? {
            let hint = "Correct the clock. If it is right now, run `foundational trust-clock`.";
            add(Level::Warning, problem.message, hint);
        }
        for problem in self.data.file_problems() {
            let level = if problem.urgent { Level::Problem } else { Level::Warning };
            add(level, problem.message, "");
        }
        let server = self.scim_server.server_view().await?;
        match (&server.problem, server.since) {
            (Some(problem), _) => add(Level::Problem, problem.message.clone(), &problem.hint),
            (None, Some(_)) => add(Level::Ok, format!("SCIM is served on {}.", server.listen), ""),
            (None, None) => add(
                Level::Warning,
                "SCIM is not being served: neither the app nor `foundational serve` is running.".to_owned(),
                "Open the app, or run `foundational serve`.",
            ),
        }
        if let Some(message) = self.scim_server.crowding() {
            add(Level::Problem, message, CROWDED);
        }
        let facts = self.scim_server.server_facts().await?;
        if let (true, Some(reach)) = (facts.unreachable, &server.reach) {
            let message = format!("The public address: {}", reach.message);
            add(Level::Problem, message, reach.hint.as_deref().unwrap_or_default());
        } else if let (true, Some(moved)) = (facts.moved, &server.moved) {
            add(Level::Problem, moved.text(), "Then check the public address in Settings.");
        }
        if let Some(end) = self.scim_server.certificate_end() {
            let message = format!("The certificate of the public address ends {}.", ends(end, self.now()));
            add(Level::Warning, message, "Renew it where TLS ends, at the proxy or tunnel.");
        }
        match &server.public_url {
            Some(url) => add(Level::Ok, format!("The public address is {url}."), ""),
            None => add(
                Level::Warning,
                "No public address is set, so endpoints show the local address.".to_owned(),
                "Okta and Azure need an https address: set it in Settings, or with `foundational serve --public-url`.",
            ),
        }
        let connections = self.connections.connection_list(actor, Nothing {}).await?;
        if connections.is_empty() {
            add(
                Level::Warning,
                "There is no connection yet.".to_owned(),
                "Add one in the app, or with `foundational connection create`.",
            );
        }
        for connection in connections {
            let (level, message, hint) = verdict(&connection);
            add(level, message, hint);
        }
        Ok(findings)
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
