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

/// What a setting is about: the workspace, or one computer, which is where it listens, its files and folders, and what was observed
/// of them and of its network. Another computer has its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Workspace,
    Computer,
}

macro_rules! settings {
    ($($(#[$doc:meta])* $of:ident $name:ident: $type:ty = $setting:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: Setting<$type> = $setting;)*

        /// The key of each, and what it is about.
        const ALL: &[(&str, Of)] = &[$(($name.key, Of::$of)),*];
    };
}

settings! {
    /// When a certificate may be ordered by ACME again, and why the last order gave no certificate.
    Computer ACME_ORDERS: Orders = Setting::json("server.acmeOrders");
    Computer BACKUP_FOLDER: String = Setting::text("backup.folder");
    /// What the rounds of housekeeping saw of the clock.
    Computer CLOCK_SEEN: ClockSeen = Setting::json("clock.seen");
    /// When the app ended unexpectedly, until an Admin has acknowledged it.
    Computer CRASHED_AT: Timestamp = Setting::text("crash.at");
    /// The newest unexpected end that was acknowledged.
    Computer CRASH_ACKNOWLEDGED: Timestamp = Setting::text("crash.noted");
    /// When the file of the workspace was last read whole, to see that it is.
    Computer FILE_CHECKED_AT: Timestamp = Setting::text("file.checkedAt");
    /// What is wrong with the file, in SQLite's words.
    Computer FILE_DAMAGE: Vec<String> = Setting::json("file.damage");
    /// What was found over time, and what is hidden.
    Workspace FINDINGS: FindingHistory = Setting::json("findings");
    /// Whether this computer is to stay awake while it serves. Off is not stored.
    Computer KEEP_AWAKE: bool = Setting::switch("awake");
    /// How large the request log may become, in megabytes.
    Workspace LOG_MEGABYTES: u32 = Setting::text("log.megabytes");
    /// What of the bodies of requests and answers is recorded.
    Workspace RECORDED_BODIES: RecordedBodies = Setting::json("log.bodies");
    Workspace NOTIFICATIONS: NotificationRules = Setting::json("notifications");
    /// The hash of the recovery key.
    Workspace RECOVERY_HASH: String = Setting::text("recovery.hash");
    Workspace RECOVERY_MADE_AT: Timestamp = Setting::text("recovery.madeAt");
    /// How long a window may remain untouched.
    Workspace IDLE_MINUTES: u32 = Setting::text("security.idleMinutes");
    Workspace LOCK_ON_SLEEP: bool = Setting::switch("security.lockOnSleep");
    /// Whether people may stay signed in on this computer.
    Workspace REMEMBER_SESSIONS: bool = Setting::switch("security.stay");
    /// The schemas that were added to the standard ones, in the form that `/Schemas` shows.
    Workspace ADDED_SCHEMAS: Vec<Map<String, Value>> = Setting::json("scim.schemas");
    /// Whether discovery is answered without a token. Off is not stored.
    Workspace DISCOVERY_IS_OPEN: bool =
        Setting { key: "scim.open_discovery", parse: |_| Some(true), serialize: |_| Ok("yes".to_owned()) };
    /// Where the certificate comes from with which connections are secured here.
    Computer CERTIFICATE: CertificateSource =
        Setting { parse: CertificateSource::parse, ..Setting::json("server.certificate") };
    /// Which root of the private authority clients can know.
    Workspace KNOWN_ROOT: KnownRoot = Setting::json("server.knownRoot");
    Computer LISTEN: SocketAddr = Setting::text("server.listen");
    Workspace PUBLIC_URL: String = Setting::text("server.publicUrl");
    Computer REACH: KnownReach = Setting::json("server.reach");
    /// Where the server listened last.
    Computer SERVED: Served = Setting::json("server.served");
    /// Who answers questions in this company: an e-mail address or an https URL.
    Workspace SUPPORT_CONTACT: String = Setting::text("support.contact");
    /// The proxies on other computers whose headers are believed.
    Computer TRUSTED_PROXIES: Vec<String> = Setting::json("server.trustedProxies");
}

/// The keys of what is about a computer, which a move to another one leaves behind.
pub(crate) fn of_computer() -> Vec<&'static str> {
    ALL.iter().filter(|(_, of)| *of == Of::Computer).map(|(key, _)| *key).collect()
}

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

    /// Sets it in a transaction of its own, with the audit entry of the act. A value that is stored already is no act.
    pub(crate) async fn set_audited(
        &self,
        store: &Store,
        value: Option<&T>,
        entry: AuditEntry,
    ) -> Result<(), Error> {
        let (key, text) = (self.key, value.map(self.serialize).transpose()?);
        store
            .write(async move |tx| {
                if tx.setting(key).await? == text {
                    return Ok(());
                }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_settings_have_one_key_and_a_move_leaves_what_is_about_the_computer() {
        let keys: BTreeSet<&str> = ALL.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys.len(), ALL.len());
        let left = of_computer();
        assert!(left.contains(&LISTEN.key) && left.contains(&CERTIFICATE.key), "{left:?}");
        assert!(!left.contains(&PUBLIC_URL.key) && !left.contains(&KNOWN_ROOT.key), "{left:?}");
    }
}
