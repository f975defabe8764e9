//! The wizard: the step of a set-up, its guide, and the evidence that ticks its lines.

use std::collections::BTreeMap;

use idp::guide::{EvidenceKind, Guide};
use idp::{Provider, WayIn};
use store::{AuditAct, AuditEntry, Connection};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::progress::is_proved;
use crate::connections::views::ConnectionView;
use crate::connections::wizard_views::{
    EvidenceView, GuideQuery, Supports, WizardSave, WizardStep, WizardView,
};
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::shapes::ById;

impl Connections {
    pub(crate) async fn wizard_save(&self, _: Actor, args: WizardSave) -> Result<ConnectionView, Error> {
        self.change_wizard(&args.id.clone(), None, move |wizard, now| {
            wizard.step = args.step;
            if args.variant.is_some() {
                wizard.variant = args.variant;
            }
            if let Some(mark) = args.mark {
                wizard.marks.entry(mark).or_insert(now);
            }
            if let Some(unmark) = args.unmark {
                wizard.marks.remove(&unmark);
            }
        })
        .await
    }

    /// Ends the set-up. Possible once the provider's credentials were accepted.
    pub(crate) async fn wizard_finish(&self, actor: Actor, args: ById) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let evidence = self.store().setup_evidence(&connection.id).await?;
        if !is_proved(&evidence, EvidenceKind::Credentials) {
            return Err(Error::new(Code::Conflict, "The credentials have not been accepted yet.")
                .hinting("Test the connection in your identity provider; it is ticked off automatically."));
        }
        let entry = actor.audit(AuditAct::SetupFinish).on(&connection);
        self.change_wizard(&connection.id, Some(entry), |wizard, now| {
            wizard.step = WizardStep::Finish;
            wizard.finished_at.get_or_insert(now);
        })
        .await
    }

    async fn change_wizard(
        &self,
        id: &str,
        entry: Option<AuditEntry>,
        change: impl FnOnce(&mut WizardView, jiff::Timestamp),
    ) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), id).await?;
        let mut wizard = read_wizard(&connection);
        let now = self.now();
        change(&mut wizard, now);
        wizard.saved_at = Some(now);
        let (id, text) = (connection.id.clone(), serialize(&wizard)?);
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let done = tx.save_wizard(&id, &text).await?;
                if let Some(entry) = entry.filter(|_| done) {
                    tx.audit(&entry).await?;
                }
                Ok(done)
            })
            .await;
        done?;
        self.connection_show(Actor::operator(), ById { id: connection.id }).await
    }

    #[expect(clippy::unused_async, reason = "every method of the command table is awaited")]
    pub(crate) async fn guide(&self, _: Actor, args: GuideQuery) -> Result<Guide, Error> {
        Ok(idp::guide(args.provider, args.way))
    }

    pub(crate) async fn supports(&self, _: Actor, args: ById) -> Result<Supports, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let endpoint = self.server().address().endpoint(&connection.id, connection.way_in);
        Ok(Supports { config: self.server().service_provider_config(&endpoint) })
    }

    pub(crate) async fn evidence(&self, _: Actor, args: ById) -> Result<Vec<EvidenceView>, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let mut evidence = self.store().setup_evidence(&connection.id).await?;
        let way = connection.way_in;
        // The check is about the public address.
        let checked = self.scim_server.exposure().reach.came_through().filter(|_| way.is_public());
        let agent = Provider::of(&connection.provider).agent();
        Ok(EvidenceKind::ALL
            .into_iter()
            .filter(|kind| *kind != EvidenceKind::FromNetwork || way == WayIn::Network)
            .map(|kind| {
                let at = evidence.iter().position(|one| one.kind == kind.as_str());
                let seen = at.map(|at| evidence.swap_remove(at));
                let view = EvidenceView {
                    kind,
                    seen_at: seen.as_ref().map(|one| one.seen_at),
                    refused: seen.as_ref().is_some_and(|one| one.refused),
                    unproved: seen.as_ref().is_some_and(|one| one.inconclusive),
                    activity_id: seen.as_ref().map(|one| one.activity_id.clone()),
                    sentence: seen.map(|one| one.sentence),
                };
                by_agent(by_check(view, checked), agent)
            })
            .collect())
    }
}

/// What the address check proves for every connection: its nonce goes out through DNS and TLS and returns. A proof by a
/// request counts more, and a refusal says that another address was called.
fn by_check(view: EvidenceView, checked: Option<jiff::Timestamp>) -> EvidenceView {
    let is_open = !view.refused && (view.seen_at.is_none() || view.unproved);
    match checked {
        Some(at) if is_open && matches!(view.kind, EvidenceKind::AddressReached | EvidenceKind::Https) => {
            EvidenceView {
                seen_at: Some(at),
                unproved: false,
                sentence: Some(
                    "The address check went out over HTTPS and returned to this computer.".to_owned(),
                ),
                ..view
            }
        }
        _ => view,
    }
}

/// Who has probably sent the first request from this network.
fn by_agent(view: EvidenceView, agent: Option<&str>) -> EvidenceView {
    let Some(agent) = agent.filter(|_| view.kind == EvidenceKind::FromNetwork) else { return view };
    let sentence = view.sentence.map(|sentence| format!("{sentence} It is probably {agent}."));
    EvidenceView { sentence, ..view }
}

/// The wizard's place; one that an older version wrote otherwise begins again.
pub(crate) fn read_wizard(connection: &Connection) -> WizardView {
    serde_json::from_str(&connection.wizard).unwrap_or(WizardView {
        step: WizardStep::Start,
        variant: None,
        marks: BTreeMap::new(),
        finished_at: None,
        saved_at: None,
    })
}

pub(crate) fn serialize(wizard: &WizardView) -> Result<String, Error> {
    serde_json::to_string(wizard).map_err(|error| Error::new(Code::Internal, error.to_string()))
}
