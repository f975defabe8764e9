//! What protects an unattended window, who is signed in where, and the recovery key.

use store::AuditAct;

use crate::access::Access;
use crate::access::actor::Actor;
use crate::access::keychain::SecretPlace;
use crate::access::security_views::{KeychainPlace, RememberedSessionView, SecurityRules, SecurityView};
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::limits::LONGEST_IDLE_MINUTES;
use crate::settings;
use crate::shapes::Nothing;

/// How long a window may remain untouched, in minutes, unless an Admin says otherwise.
const IDLE_MINUTES: u32 = 15;

impl Access {
    /// The rules as they are now.
    pub(crate) async fn security_rules(&self) -> Result<SecurityRules, Error> {
        let store = self.store();
        Ok(SecurityRules {
            idle_minutes: settings::IDLE_MINUTES.get(store).await?.unwrap_or(IDLE_MINUTES),
            lock_on_sleep: settings::LOCK_ON_SLEEP.get(store).await?.unwrap_or(true),
            remember: settings::REMEMBER_SESSIONS.get(store).await?.unwrap_or(true),
        })
    }

    pub(crate) async fn security_show(&self, _: Actor, _: Nothing) -> Result<SecurityView, Error> {
        let keychain = self.keychain().clone();
        let place = tokio::task::spawn_blocking(move || keychain.place())
            .await
            .map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        let remembered = self.store().remembered_sessions().await?;
        let recovery_made_at = settings::RECOVERY_MADE_AT.get(self.store()).await?;
        Ok(SecurityView {
            rules: self.security_rules().await?,
            remembered: remembered
                .into_iter()
                .map(|one| RememberedSessionView {
                    person_id: one.person_id,
                    name: one.name,
                    until: one.until,
                })
                .collect(),
            keychain: match place {
                SecretPlace::System => KeychainPlace { system: true, file: None },
                SecretPlace::File(path) => {
                    KeychainPlace { system: false, file: Some(path.display().to_string()) }
                }
            },
            recovery_made_at,
        })
    }

    pub(crate) async fn security_set(
        &self,
        actor: Actor,
        rules: SecurityRules,
    ) -> Result<SecurityRules, Error> {
        if !(1..=LONGEST_IDLE_MINUTES).contains(&(rules.idle_minutes as usize)) {
            return Err(Error::invalid(
                "idleMinutes",
                format!("{} minutes: 1 to {LONGEST_IDLE_MINUTES} can be set.", rules.idle_minutes),
            ));
        }
        if rules == self.security_rules().await? {
            return Ok(rules);
        }
        let wanted = rules.clone();
        let on = |is_on| if is_on { "on" } else { "off" };
        let entry = actor.audit(AuditAct::SecuritySet).with(format!(
            "lock after {} minutes, lock on sleep {}, stay signed in {}",
            rules.idle_minutes,
            on(rules.lock_on_sleep),
            on(rules.remember)
        ));
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                settings::IDLE_MINUTES.set_in(tx, Some(&wanted.idle_minutes)).await?;
                settings::LOCK_ON_SLEEP.set_in(tx, Some(&wanted.lock_on_sleep)).await?;
                if !wanted.remember {
                    tx.end_all_remembered_sessions().await?;
                }
                settings::REMEMBER_SESSIONS.set_in(tx, Some(&wanted.remember)).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        done?;
        if !rules.remember {
            self.clear_keychain().await;
        }
        Ok(rules)
    }
}
