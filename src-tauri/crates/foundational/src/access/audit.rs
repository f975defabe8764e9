//! The actor of an audit entry.

use store::{AuditAct, AuditActor, AuditActorKind, AuditEntry};

use crate::access::actor::{Actor, Caller};

impl Actor {
    /// This caller, by the name of this moment.
    pub(crate) fn audit_actor(&self) -> AuditActor {
        match (&self.caller, &self.session) {
            (_, Some(session)) => AuditActor::person(session.person_id.clone(), session.name.clone()),
            (Caller::Operator, None) => AuditActor::other(AuditActorKind::CommandLine),
            (Caller::Window(_), None) => AuditActor::other(AuditActorKind::SignedOut),
        }
    }

    /// The audit entry of an act of this caller on the workspace as a whole.
    pub(crate) fn audit(&self, act: AuditAct) -> AuditEntry {
        AuditEntry::new(self.audit_actor(), act)
    }
}
