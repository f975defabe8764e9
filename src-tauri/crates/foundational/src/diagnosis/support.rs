//! The support bundle. What is in a file is chosen value by value: nothing that a person, an identity provider or a client
//! wrote is copied into it.

mod mask;
mod requests;

use std::io::{Cursor, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use idp::masked::Mask;
use scim::Registry;
use serde_json::{Value, json};
use store::AuditAct;
use zip::write::SimpleFileOptions;

use self::mask::masked;
use self::requests::request_line;
use crate::access::actor::Actor;
use crate::connections::views::ConnectionView;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::support_views::{SupportBundle, SupportFile, SupportZip};
use crate::error::Error;
use crate::settings;
use crate::shapes::{ById, Nothing};

/// How many requests the bundle has.
const REQUESTS: usize = 200;
/// How much of the program's log, in bytes from its end.
const LOG: u64 = 256 * 1024;
/// Where the program's log is, in the data folder.
const LOGS: &str = "logs";

impl Diagnosis {
    pub(crate) async fn support_preview(&self, actor: Actor, _: Nothing) -> Result<SupportBundle, Error> {
        self.bundle(actor).await
    }

    /// Saves the files as they were shown: requests have arrived since, and they are in no file that a person has read.
    pub(crate) async fn support_save(
        &self,
        actor: Actor,
        bundle: SupportBundle,
    ) -> Result<SupportZip, Error> {
        let entry = actor.audit(AuditAct::SupportBundleSave);
        let bytes = zipped(&bundle).map_err(|error| {
            Error::invalid("files", format!("These files can't be in one archive: {error}."))
        })?;
        self.record_act(entry).await?;
        Ok(SupportZip {
            name: format!("foundational-support-{}.zip", self.now().strftime("%Y-%m-%d")),
            bytes,
        })
    }

    async fn bundle(&self, actor: Actor) -> Result<SupportBundle, Error> {
        let views = self.connections.connection_list(actor.clone(), Nothing {}).await?;
        let mut connections = Vec::new();
        for (place, view) in views.iter().enumerate() {
            connections.push(self.connection_facts(&actor, place, view).await?);
        }
        let folder = self.store().folder().join(LOGS);
        let log = tokio::task::spawn_blocking(move || newest_lines(&folder)).await.unwrap_or_default();
        let file = |name: &str, about: &str, text: String| SupportFile {
            name: name.to_owned(),
            about: about.to_owned(),
            text,
        };
        Ok(SupportBundle {
            files: vec![
                file(
                    "versions.json",
                    "Versions of the app, the system and the database.",
                    pretty(&self.versions().await?),
                ),
                file(
                    "settings.json",
                    "Settings. No address, no folder and no secret.",
                    pretty(&self.settings().await?),
                ),
                file(
                    "connections.json",
                    "Connections by number: provider, state, rules and counts. No name, no address and no token.",
                    pretty(&Value::Array(connections)),
                ),
                file(
                    "findings.json",
                    "What is wrong, as codes. No name and no value.",
                    pretty(&self.finding_facts(&views).await?),
                ),
                file(
                    "requests.jsonl",
                    "The newest 200 requests. Names of attributes remain; their values, ids and addresses are masked.",
                    self.request_facts(&views).await?,
                ),
                file(
                    "log.jsonl",
                    "The end of the program's own log. E-mail addresses, ids, tokens and addresses are masked.",
                    masked(&log),
                ),
            ],
        })
    }

    async fn versions(&self) -> Result<Value, Error> {
        let (workspace, activity) = self.store().schema_versions().await?;
        Ok(json!({
            "foundational": env!("CARGO_PKG_VERSION"),
            "system": std::env::consts::OS,
            "processor": std::env::consts::ARCH,
            "sqlite": self.store().sqlite_version().await?,
            "schemas": { "workspace": workspace, "activity": activity },
        }))
    }

    async fn settings(&self) -> Result<Value, Error> {
        let store = self.store();
        let listen = settings::LISTEN.get(store).await?;
        let public_url = settings::PUBLIC_URL.get(store).await?;
        Ok(json!({
            "listen": listen.map(|listen| json!({ "loopback": listen.ip().is_loopback(), "port": listen.port() })),
            "publicUrl": public_url.map(|url| if url.starts_with("https:") { "https" } else { "http" }),
            "ownCertificate": settings::CERTIFICATE.get(store).await?.is_some(),
            "openDiscovery": settings::DISCOVERY_IS_OPEN.get(store).await?.unwrap_or(false),
            "addedSchemas": settings::ADDED_SCHEMAS.get(store).await?.unwrap_or_default().len(),
            "ownBackupFolder": settings::BACKUP_FOLDER.get(store).await?.is_some(),
            "keepAwake": settings::KEEP_AWAKE.get(store).await?,
            "logMegabytes": settings::LOG_MEGABYTES.get(store).await?,
            "supportContact": settings::SUPPORT_CONTACT.get(store).await?.is_some(),
            "bodies": self.data.recorded_bodies().await?,
            "idleMinutes": settings::IDLE_MINUTES.get(store).await?,
            "lockOnSleep": settings::LOCK_ON_SLEEP.get(store).await?,
            "rememberSessions": settings::REMEMBER_SESSIONS.get(store).await?,
            "notifications": settings::NOTIFICATIONS.get(store).await?,
        }))
    }

    async fn connection_facts(
        &self,
        actor: &Actor,
        place: usize,
        view: &ConnectionView,
    ) -> Result<Value, Error> {
        let rules = self.connections.rules(actor.clone(), ById { id: view.id.clone() }).await?;
        let choices = self.connections.account_choices(actor.clone(), ById { id: view.id.clone() }).await?;
        Ok(json!({
            "connection": place + 1,
            "provider": view.provider,
            "status": view.status,
            "way": view.way,
            "endpointIsPublic": view.endpoint_is_public,
            "people": view.people,
            "deactivated": view.deactivated,
            "groups": view.groups,
            "createdAt": view.created_at,
            "lastRequestAt": view.last_request_at,
            "rhythm": view.rhythm,
            "usableTokens": view.tokens_usable,
            "tokenExpiresAt": view.token_expires_at,
            "pausedAt": view.pause.as_ref().map(|pause| pause.at),
            "step": view.wizard.step,
            "finishedAt": view.wizard.finished_at,
            "rules": {
                "matching": rules.matching,
                "onDelete": rules.on_delete,
                "adminGroup": rules.admin_group_id.is_some(),
                "allowedAddresses": rules.allowed_addresses.len(),
            },
            "accountChoices": choices,
        }))
    }

    async fn finding_facts(&self, views: &[ConnectionView]) -> Result<Value, Error> {
        let findings = self.diagnose().await?;
        let facts = findings.iter().map(|one| {
            json!({
                "code": one.code,
                "severity": one.severity,
                "connection": one.connection_id.as_deref().and_then(|id| number(views, id)),
                "since": one.since,
                "remedies": one.remedies.iter().map(|remedy| json!(remedy.kind)).collect::<Vec<_>>(),
            })
        });
        Ok(facts.collect())
    }

    async fn request_facts(&self, views: &[ConnectionView]) -> Result<String, Error> {
        let page = self.store().activity_page(&store::ActivityFilter::default(), None, REQUESTS).await?;
        // The names of an added schema are written by a person.
        let mask = Mask::of(&Registry::standard());
        let mut lines = String::new();
        for row in &page.rows {
            // The list has no bodies; a row may be deleted while the bundle is made.
            if let Some(activity) = self.store().activity(&row.id).await? {
                lines += &request_line(&activity, number(views, &row.connection_id), &mask).to_string();
                lines.push('\n');
            }
        }
        Ok(lines)
    }
}

/// The number by which the bundle calls a connection.
fn number(views: &[ConnectionView], id: &str) -> Option<usize> {
    views.iter().position(|view| view.id == id).map(|place| place + 1)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The end of the newest file of the program's log, in whole lines; empty where there is no log.
fn newest_lines(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let newest = files.filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path()))).max();
    newest.and_then(|(_, path)| end_of(&path).ok()).unwrap_or_default()
}

fn end_of(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(LOG);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(LOG).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = if start == 0 { 0 } else { text.find('\n').map_or(text.len(), |end| end + 1) };
    // A line that is being written is left out: half an e-mail address is not known as one.
    let end = text.rfind('\n').map_or(0, |end| end + 1);
    Ok(text.get(whole..end).unwrap_or_default().to_owned())
}

fn zipped(bundle: &SupportBundle) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for file in &bundle.files {
        archive.start_file(file.name.as_str(), options)?;
        archive.write_all(file.text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}
