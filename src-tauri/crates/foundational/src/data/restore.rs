//! Restoring a backup: looked at first, then put in the place of the workspace while nothing is served. The host then
//! closes the workspace and opens the folder again, which carries the restore out.

use idp::remedy::Remedy;
use store::{AuditAct, AuditEntry, AuditSubject, CarriedOver, NameList, PreparedRestore, RestoreRefusal};

use crate::access::actor::Actor;
use crate::context::{Lifecycle, Room as _, audited};
use crate::data::Data;
use crate::data::backup_views::{BackupFile, BackupRestore, RestoreDone, RestorePreview};
use crate::data::backups::{backup_view, full};
use crate::detached::detached;
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::error::{Code, Error};
use crate::shapes::{ById, Nothing};

/// What is typed before a restore.
pub(crate) const CONFIRMATION: &str = "RESTORE";

impl Data {
    pub(crate) async fn backup_preview(
        &self,
        actor: Actor,
        args: BackupFile,
    ) -> Result<RestorePreview, Error> {
        let _one = self.backups.one.lock().await;
        let ready = self.prepared(&args.file, args.admin.or_else(|| at_window(&actor))).await?;
        let lost = ready.lost.unwrap_or_default();
        let preview = RestorePreview {
            backup: backup_view(ready.backup.clone()),
            lost_people: lost.people,
            lost_groups: lost.groups,
            lost_connections: lost.connections,
            lost_changes: lost.changes,
            carried: ready.carried.clone(),
        };
        ready.forget();
        Ok(preview)
    }

    /// Decides for a backup. From here on this workspace takes no change; `Foundational::replaced`
    /// notifies the host.
    pub(crate) async fn backup_restore(
        &self,
        actor: Actor,
        mut args: BackupRestore,
    ) -> Result<RestoreDone, Error> {
        if args.typed != CONFIRMATION {
            return Err(Error::invalid("typed", format!("Type {CONFIRMATION} in capitals."))
                .hinting("Nothing was changed."));
        }
        args.admin = args.admin.or_else(|| at_window(&actor));
        let (app, entry) = (self.clone(), actor.audit(AuditAct::BackupRestore).with(&args.file));
        // A task of its own: the caller may go away, and half of it must not be all of it.
        detached(async move { app.restore(&args, &entry).await }).await
    }

    async fn restore(&self, args: &BackupRestore, entry: &AuditEntry) -> Result<RestoreDone, Error> {
        let _one = self.backups.one.lock().await;
        if self.lifecycle() >= Lifecycle::Replaced {
            return Err(store::Error::Closed.into());
        }
        let ready = self.prepared(&args.file, args.admin.clone()).await?;
        if ready.backup.seal != args.seal {
            ready.forget();
            return Err(refusal(&args.file, &RestoreRefusal::Other));
        }
        let backup = ready.backup.clone();
        self.scim_server.stop_listening().await;
        let given = self.store().replace_workspace_with(ready, entry).await;
        // Writing has ended either way, so the folder is opened again: with the backup, or as it was.
        self.context.advance(Lifecycle::Replaced);
        let (previous, carried) = given.map_err(|error| to_error(&args.file, error))?;
        tracing::info!(made_at = backup.facts.made_at, "a backup is restored");
        Ok(RestoreDone { restored: backup_view(backup), previous: backup_view(previous), carried })
    }

    async fn prepared(&self, file: &str, admin: Option<String>) -> Result<PreparedRestore, Error> {
        let ready =
            PreparedRestore::of(self.store().folder(), &full(file)?, self.now(), admin.as_deref()).await;
        ready.map_err(|error| to_error(file, error))
    }

    /// Found while connections wait for an Admin to look at what was restored.
    pub(crate) async fn after_restore(&self) -> Result<Option<Finding>, Error> {
        let waiting = self.store().paused_by_restore().await?.len();
        let Some(restored) = self.store().last_restore().await?.filter(|_| waiting > 0) else {
            return Ok(None);
        };
        let made = jiff::Timestamp::from_millisecond(restored.made_at).ok();
        let ended = sentences(&restored.carried).join(" ");
        let ended = if ended.is_empty() { ended } else { format!("{ended} ") };
        let message =
            format!("A backup was restored. {ended}Every connection is paused. Check them, then resume.");
        let found = Finding::new(FindingCode::BackupRestored, Severity::Problem, message)
            .evidence("The backup was made", made);
        Ok(Some(found.remedy(Remedy::CheckAndResume)))
    }

    /// Found while people wait to be confirmed.
    pub(crate) async fn unconfirmed(&self) -> Result<Option<Finding>, Error> {
        let waiting = self.store().unconfirmed().await?;
        if waiting.total == 0 {
            return Ok(None);
        }
        let restored = self.store().last_restore().await?;
        let made = restored.and_then(|one| jiff::Timestamp::from_millisecond(one.made_at).ok());
        let message = format!(
            "{} of a restored backup can't sign in until their identity provider or an Admin confirms them: {}.",
            count(&waiting, "person", "people"),
            list(&waiting)
        );
        Ok(Some(
            Finding::new(FindingCode::PeopleUnconfirmed, Severity::Warning, message)
                .evidence("The backup was made", made)
                .cause(Confidence::Certain, "It is not known whether they left after the backup was made.")
                .remedy(Remedy::SeePeople),
        ))
    }

    /// Says that a person of a restored backup is to have access.
    pub(crate) async fn confirm_person(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let (origin, id) = (actor.origin(), args.id.clone());
        let entry = actor.audit(AuditAct::PersonConfirm).on(AuditSubject::person(id.clone()));
        let done =
            audited(self.store(), entry, async move |tx| Ok(tx.confirm_person(&id, &origin).await?)).await;
        if done? {
            return Ok(Nothing {});
        }
        Err(Error::new(Code::Conflict, "This user is not waiting for confirmation.")
            .hinting("Users of a connection are changed in its identity provider."))
    }
}

/// The Admin at the window, by userName.
fn at_window(actor: &Actor) -> Option<String> {
    actor.session.as_ref().map(|session| session.email.clone())
}

fn to_error(file: &str, error: store::Error) -> Error {
    match error {
        store::Error::Backup { why, .. } => refusal(file, &why),
        store::Error::NotReadable { source, .. } => {
            Error::invalid("file", format!("{file} can't be read: {source}."))
                .hinting("Nothing was changed. Choose another file.")
        }
        other => other.into(),
    }
}

/// What a restore takes out of a backup, a sentence for each kind.
pub(crate) fn sentences(carried: &CarriedOver) -> Vec<String> {
    let of = |named: &NameList, one: &str, many: &str| {
        (named.total > 0).then(|| format!("{}: {}.", count(named, one, many), list(named)))
    };
    let unread = carried.unread.then(|| {
        "What has ended since this backup could not be read, or belongs to another workspace.".to_owned()
    });
    [
        unread,
        of(
            &carried.people,
            "user has lost access since and does not get it back",
            "users have lost access since and do not get it back",
        ),
        of(&carried.roles, "Admin is a Member now", "Admins are Members now"),
        of(
            &carried.passwords,
            "password remains the current one, or none",
            "passwords remain the current ones, or none",
        ),
        of(
            &carried.memberships,
            "membership has ended since and is not restored",
            "memberships have ended since and are not restored",
        ),
        of(
            &carried.tokens,
            "token has ended since and is not accepted again",
            "tokens have ended since and are not accepted again",
        ),
        of(
            &carried.unconfirmed,
            "user is deactivated until their identity provider or an Admin confirms them",
            "users are deactivated until their identity provider or an Admin confirms them",
        ),
        of(
            &carried.revived,
            "token is accepted once its connection is resumed; revoke it if it was revoked",
            "tokens are accepted once their connections are resumed; revoke those that were revoked",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn count(named: &NameList, one: &str, many: &str) -> String {
    format!("{} {}", named.total, if named.total == 1 { one } else { many })
}

/// "Ada, Bob and 5 more".
fn list(named: &NameList) -> String {
    let first = named.names.join(", ");
    match named.total.saturating_sub(named.names.len() as u64) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Why a file is not restored, and what to do.
pub(crate) fn refusal(file: &str, why: &RestoreRefusal) -> Error {
    let hint = match why {
        RestoreRefusal::Foreign => "Choose a file that ends in .backup and was made by Foundational.",
        RestoreRefusal::Unsealed => "Copy the whole backup again, or choose another one.",
        RestoreRefusal::Changed | RestoreRefusal::Damaged(_) => {
            "Choose another backup; an older one may be complete."
        }
        RestoreRefusal::Newer { .. } => "Install that version of Foundational first.",
        RestoreRefusal::Altered(_) => {
            "It was modified. Choose another backup, from a folder that only you can write to."
        }
        RestoreRefusal::NoAdmin => "Choose a backup that was made after the Admin account.",
        RestoreRefusal::NoAdminLeft => {
            "Choose a newer backup, or make one of its Admins an Admin again before you restore it."
        }
        RestoreRefusal::WhichAdmin(_) => "Name one: `foundational restore FILE --admin E-MAIL`.",
        RestoreRefusal::NoMove => {
            "Write one with `foundational move --to-server` there, or restore this one with `foundational restore`."
        }
        RestoreRefusal::NewerMove(_) => "Install that version of Foundational here first.",
        RestoreRefusal::Other => "Check it again before you restore it.",
    };
    Error::invalid("file", format!("{file} {why}.")).hinting(format!("Nothing was changed. {hint}"))
}
