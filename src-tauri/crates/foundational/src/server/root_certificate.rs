//! The root certificate of the private authority, as clients of this server trust it: which one it is, and its export.

use store::{AuditAct, AuditEntry};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::server::ScimServer;
use crate::server::known_root::KnownRoot;
use crate::server::pair::Root;
use crate::settings;
use crate::shapes::{ExportFile, Nothing};

/// What the exported file is called. Windows opens it by this ending.
pub(crate) const NAME: &str = "foundational-root.crt";

/// The file that clients get.
pub(crate) fn export(root: &Root) -> ExportFile {
    ExportFile { name: NAME.to_owned(), text: root.pem(), count: 1 }
}

impl ScimServer {
    /// The root certificate in PEM, to be added to the trust store of clients. From then on they can know it: a window calls this
    /// once the file is saved.
    pub(crate) async fn export_root(&self, actor: Actor, _: Nothing) -> Result<ExportFile, Error> {
        let Some(root) = self.exposure.root() else {
            return Err(Error::new(Code::Conflict, "No certificate of a private authority is in use.")
                .hinting("Choose Private authority in Settings > Server."));
        };
        let known = KnownRoot { former: None, ..self.known_with(&root).await? };
        let entry = actor.audit(AuditAct::RootExport).with(known.fingerprint.clone());
        // Each export is an act, also of a root that was exported before.
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                settings::KNOWN_ROOT.set_in(tx, Some(&known)).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        done?;
        Ok(export(&root))
    }

    /// What is known with this root in use.
    pub(crate) async fn known_with(&self, root: &Root) -> Result<KnownRoot, Error> {
        let known = settings::KNOWN_ROOT.get(self.store()).await?;
        Ok(KnownRoot::after(known, root.fingerprint(), self.now()))
    }

    /// Records the root in use, if it is another one than before: the file of the authority was not there.
    pub(crate) async fn remember_root(&self, root: &Root) -> Result<(), Error> {
        let before = settings::KNOWN_ROOT.get(self.store()).await?;
        let known = KnownRoot::after(before.clone(), root.fingerprint(), self.now());
        if before.as_ref() == Some(&known) {
            return Ok(());
        }
        let entry = AuditEntry::by_program(AuditAct::RootUse).with(known.fingerprint.clone());
        settings::KNOWN_ROOT.set_audited(self.store(), Some(&known), entry).await
    }

    /// The root in use that has taken the place of the one that clients trust, and was not exported since.
    pub(crate) async fn new_root(&self) -> Result<Option<KnownRoot>, Error> {
        if !self.exposure.has_private_authority() {
            return Ok(None);
        }
        Ok(settings::KNOWN_ROOT.get(self.store()).await?.filter(|known| known.former.is_some()))
    }
}
