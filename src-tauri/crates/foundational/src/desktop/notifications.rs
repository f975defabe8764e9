//! What the operating system shows a person who does not look at the window: which causes there are, in which words,
//! and that none is notified twice within a day. A host with a desktop gets what is due, shows it, and confirms that.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use store::{AuditAct, Role};

use crate::access::actor::{Actor, Caller};
use crate::context::Room as _;
use crate::desktop::Desktop;
use crate::desktop::notification_causes::{Cause, Kind};
use crate::desktop::notifications_views::NotificationRules;
use crate::error::Error;
use crate::settings;
use crate::shapes::Nothing;

/// What lasts is notified again after a day.
const AGAIN: Duration = Duration::from_hours(24);
/// Longer than anything has to be remembered that was notified once: the last week of a token or certificate.
const REMEMBERED: Duration = Duration::from_hours(60 * 24);

/// Something to show now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    cause: String,
    /// "Azure – Staff: requests are being refused." It names no person.
    pub title: String,
    /// What is known about it. Nothing while no Admin is at the window.
    pub detail: String,
    /// The place in the app where it can be fixed, as an address of the `foundational:` scheme names it.
    pub place: String,
}

impl Notification {
    /// One that shows only that notifications work.
    pub fn trial() -> Self {
        Self {
            cause: "trial".to_owned(),
            title: "Notifications work.".to_owned(),
            detail: "Foundational shows here what needs your attention. A click opens the screen.".to_owned(),
            place: "settings/notifications".to_owned(),
        }
    }
}

impl Desktop {
    fn notified(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.notified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be notified now, in the words for the person at this window.
    ///
    /// # Errors
    /// The store's.
    pub async fn due_notifications(&self, window: &Caller) -> Result<Vec<Notification>, Error> {
        let rules = self.notification_rules().await?;
        let mut notified = self.store().notification_times().await?;
        // On a full disk it is in memory alone that something was notified.
        notified.extend(self.notified().clone());
        let now = self.now();
        let is_due = |cause: &Cause| match notified.get(&cause.key) {
            Some(at) => cause.lasts && now >= *at + AGAIN,
            None => true,
        };
        let is_admin = self.is_open_to_an_admin(window).await?;
        let causes = self.causes(&notified).await?;
        Ok(causes
            .into_iter()
            .filter(|cause| allows(rules, cause.kind) && is_due(cause))
            .map(|cause| Notification {
                cause: cause.key,
                title: cause.title,
                detail: if is_admin { cause.detail } else { String::new() },
                place: cause.place,
            })
            .collect())
    }

    /// The operating system has taken it.
    ///
    /// # Errors
    /// The store's.
    pub async fn notification_shown(&self, notification: &Notification) -> Result<(), Error> {
        let (cause, now) = (notification.cause.clone(), self.now());
        self.notified().insert(cause.clone(), now);
        self.store()
            .write(async move |tx| {
                Ok::<(), Error>(tx.record_notification(&cause, now, now - REMEMBERED).await?)
            })
            .await
    }

    /// Whether an Admin is signed in at this window, and it is not locked.
    async fn is_open_to_an_admin(&self, window: &Caller) -> Result<bool, Error> {
        let session = self.access.authenticate(window).await?.session;
        Ok(session.is_some_and(|session| {
            session.role == Role::Admin && !session.locked && !session.must_choose_password
        }))
    }

    async fn notification_rules(&self) -> Result<NotificationRules, Error> {
        Ok(settings::NOTIFICATIONS.get(self.store()).await?.unwrap_or(NotificationRules {
            token_expiring: true,
            token_expired: true,
            failing: true,
            not_reachable: true,
            quiet: true,
        }))
    }

    pub(crate) async fn notifications_show(&self, _: Actor, _: Nothing) -> Result<NotificationRules, Error> {
        self.notification_rules().await
    }

    pub(crate) async fn notifications_set(
        &self,
        actor: Actor,
        rules: NotificationRules,
    ) -> Result<NotificationRules, Error> {
        let entry = actor.audit(AuditAct::NotificationsSet);
        settings::NOTIFICATIONS.set_audited(self.store(), Some(&rules), entry).await?;
        Ok(rules)
    }
}

const fn allows(rules: NotificationRules, kind: Kind) -> bool {
    match kind {
        Kind::TokenExpiring => rules.token_expiring,
        Kind::TokenExpired => rules.token_expired,
        Kind::Failing => rules.failing,
        Kind::NotReachable => rules.not_reachable,
        Kind::Quiet => rules.quiet,
        Kind::MassChange | Kind::Files | Kind::WrongSecrets => true,
    }
}
