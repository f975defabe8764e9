//! The settings of a workspace: one table of keys with their types. The store has them as texts.

use std::fmt::Display;
use std::net::SocketAddr;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::{AuditEntry, RecordedBodies, Store, Tx};

use crate::data::clock_seen::ClockSeen;
use crate::desktop::notifications_views::NotificationRules;
use crate::diagnosis::finding_history::FindingHistory;
use crate::error::{Code, Error};
use crate::server::acme_orders::Orders;
use crate::server::certificate_source::CertificateSource;
use crate::server::known_reach::KnownReach;
use crate::server::known_root::KnownRoot;
use crate::server::served::Served;

/// When a certificate may be ordered by ACME again, and why the last order gave no certificate.
pub(crate) const ACME_ORDERS: Setting<Orders> = Setting::json("server.acmeOrders");
pub(crate) const BACKUP_FOLDER: Setting<String> = Setting::text("backup.folder");
/// What the rounds of housekeeping saw of the clock.
pub(crate) const CLOCK_SEEN: Setting<ClockSeen> = Setting::json("clock.seen");
/// When the app ended unexpectedly, until an Admin has acknowledged it.
pub(crate) const CRASHED_AT: Setting<Timestamp> = Setting::text("crash.at");
/// The newest unexpected end that was acknowledged.
pub(crate) const CRASH_ACKNOWLEDGED: Setting<Timestamp> = Setting::text("crash.noted");
/// When the file of the workspace was last read whole, to see that it is.
pub(crate) const FILE_CHECKED_AT: Setting<Timestamp> = Setting::text("file.checkedAt");
/// What is wrong with the file, in SQLite's words.
pub(crate) const FILE_DAMAGE: Setting<Vec<String>> = Setting::json("file.damage");
/// What was found over time, and what is hidden.
pub(crate) const FINDINGS: Setting<FindingHistory> = Setting::json("findings");
/// Whether this computer is to stay awake while it serves. Off is not stored.
pub(crate) const KEEP_AWAKE: Setting<bool> = Setting::switch("awake");
/// How large the request log may become, in megabytes.
pub(crate) const LOG_MEGABYTES: Setting<u32> = Setting::text("log.megabytes");
/// What of the bodies of requests and answers is recorded.
pub(crate) const RECORDED_BODIES: Setting<RecordedBodies> = Setting::json("log.bodies");
pub(crate) const NOTIFICATIONS: Setting<NotificationRules> = Setting::json("notifications");
/// The hash of the recovery key.
pub(crate) const RECOVERY_HASH: Setting<String> = Setting::text("recovery.hash");
pub(crate) const RECOVERY_MADE_AT: Setting<Timestamp> = Setting::text("recovery.madeAt");
/// How long a window may remain untouched.
pub(crate) const IDLE_MINUTES: Setting<u32> = Setting::text("security.idleMinutes");
pub(crate) const LOCK_ON_SLEEP: Setting<bool> = Setting::switch("security.lockOnSleep");
/// Whether people may stay signed in on this computer.
pub(crate) const REMEMBER_SESSIONS: Setting<bool> = Setting::switch("security.stay");
/// The schemas that were added to the standard ones, in the form that `/Schemas` shows.
pub(crate) const ADDED_SCHEMAS: Setting<Vec<Map<String, Value>>> = Setting::json("scim.schemas");
/// Whether discovery is answered without a token. Off is not stored.
pub(crate) const DISCOVERY_IS_OPEN: Setting<bool> =
    Setting { key: "scim.open_discovery", parse: |_| Some(true), serialize: |_| Ok("yes".to_owned()) };
/// Where the certificate comes from with which connections are secured here.
pub(crate) const CERTIFICATE: Setting<CertificateSource> =
    Setting { parse: CertificateSource::parse, ..Setting::json("server.certificate") };
/// Which root of the private authority clients can know.
pub(crate) const KNOWN_ROOT: Setting<KnownRoot> = Setting::json("server.knownRoot");
pub(crate) const LISTEN: Setting<SocketAddr> = Setting::text("server.listen");
pub(crate) const PUBLIC_URL: Setting<String> = Setting::text("server.publicUrl");
pub(crate) const REACH: Setting<KnownReach> = Setting::json("server.reach");
/// Where the server listened last.
pub(crate) const SERVED: Setting<Served> = Setting::json("server.served");
/// Who answers questions in this company: an e-mail address or an https URL.
pub(crate) const SUPPORT_CONTACT: Setting<String> = Setting::text("support.contact");
/// The proxies on other computers whose headers are believed.
pub(crate) const TRUSTED_PROXIES: Setting<Vec<String>> = Setting::json("server.trustedProxies");

/// What is about a computer and not about the workspace: where it listens, its files and folders, what was observed of them and
/// of its network. Another computer has its own.
pub(crate) const OF_COMPUTER: [&str; 13] = [
    ACME_ORDERS.key,
    BACKUP_FOLDER.key,
    CERTIFICATE.key,
    CLOCK_SEEN.key,
    CRASHED_AT.key,
    CRASH_ACKNOWLEDGED.key,
    FILE_CHECKED_AT.key,
    FILE_DAMAGE.key,
    KEEP_AWAKE.key,
    LISTEN.key,
    REACH.key,
    SERVED.key,
    TRUSTED_PROXIES.key,
];

/// A setting by its key and the form in which it is stored.
pub(crate) struct Setting<T> {
    key: &'static str,
    parse: fn(&str) -> Option<T>,
    serialize: fn(&T) -> Result<String, Error>,
}

impl<T: FromStr + Display> Setting<T> {
    const fn text(key: &'static str) -> Self {
        Self { key, parse: |text| text.parse().ok(), serialize: |value| Ok(value.to_string()) }
    }
}

impl<T: Serialize + DeserializeOwned> Setting<T> {
    const fn json(key: &'static str) -> Self {
        let serialize = |value: &T| {
            serde_json::to_string(value).map_err(|error| Error::new(Code::Internal, error.to_string()))
        };
        Self { key, parse: |text| serde_json::from_str(text).ok(), serialize }
    }
}

impl Setting<bool> {
    const fn switch(key: &'static str) -> Self {
        let parse = |text: &str| match text {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        Self { key, parse, serialize: |on| Ok(if *on { "on" } else { "off" }.to_owned()) }
    }
}

impl<T> Setting<T> {
    /// Its value; nothing when it was never set, or is stored in a form that no version writes any more.
    pub(crate) async fn get(&self, store: &Store) -> Result<Option<T>, store::Error> {
        Ok(store.setting(self.key).await?.and_then(|text| (self.parse)(&text)))
    }

    /// Its value as a transaction sees it.
    pub(crate) async fn get_in(&self, tx: &mut Tx) -> Result<Option<T>, store::Error> {
        Ok(tx.setting(self.key).await?.and_then(|text| (self.parse)(&text)))
    }

    /// Sets it in a transaction; with nothing it is not set any more.
    pub(crate) async fn set_in(&self, tx: &mut Tx, value: Option<&T>) -> Result<(), Error> {
        let text = value.map(self.serialize).transpose()?;
        Ok(tx.set(self.key, text.as_deref()).await?)
    }

    /// Sets it in a transaction of its own, with the audit entry of the act.
    pub(crate) async fn set_audited(
        &self,
        store: &Store,
        value: Option<&T>,
        entry: AuditEntry,
    ) -> Result<(), Error> {
        let (key, text) = (self.key, value.map(self.serialize).transpose()?);
        store
            .write(async move |tx| {
                tx.set(key, text.as_deref()).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await
    }

    /// Sets what the program observed in a transaction of its own. What is stored already is not written again.
    pub(crate) async fn set(&self, store: &Store, value: Option<&T>) -> Result<(), Error> {
        let (key, text) = (self.key, value.map(self.serialize).transpose()?);
        if store.setting(key).await? == text {
            return Ok(());
        }
        store.write(async move |tx| Ok(tx.set(key, text.as_deref()).await?)).await
    }
}
