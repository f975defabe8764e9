//! What an Admin can do about a refused request, in the situation of this moment.

use idp::Provider;
use idp::reason_code::ReasonCode;
use idp::remedy::Remedy;
use store::{Activity, Hold, Token};
use url::form_urlencoded::byte_serialize;

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::remedy_views::RemedyView;
use crate::diagnosis::report::report;
use crate::error::Error;

impl Diagnosis {
    /// The act that fixes the cause of a refusal; none where there is none, or where it has nothing to act on any more.
    pub(crate) async fn remedy(&self, activity: &Activity) -> Result<Option<RemedyView>, Error> {
        let reason = activity.reason.as_deref().and_then(idp::reasons::reason);
        let Some(remedy) = reason.and_then(|reason| reason.remedy) else { return Ok(None) };
        let Some(connection) = self.store().connection(&activity.connection_id).await? else {
            return Ok(None);
        };
        let act = |kind: Remedy, target: Option<String>| {
            RemedyView::new(kind, Some(&connection.id), target.as_deref())
        };
        Ok(match remedy {
            Remedy::CreateToken | Remedy::ReplaceToken | Remedy::PasteToken => {
                let usable = self.connections.usable_tokens(&connection.id).await?;
                let (kind, token) = of_token(remedy, &usable);
                let mut view = act(kind, token.map(|token| token.id.clone()));
                if let Some(token) = token.filter(|_| kind == Remedy::PasteToken) {
                    view.label = format!("Paste {} (..{})", token.label, token.tail);
                }
                Some(view)
            }
            Remedy::ShowEndpoint => match activity.facts.as_ref().and_then(|facts| facts.other_id.clone()) {
                Some(id) if self.store().has_connection(&id).await? => Some(act(remedy, Some(id))),
                _ => None,
            },
            Remedy::CopyEndpoint => Some(act(remedy, Some(self.connections.endpoint_of(&connection)))),
            Remedy::OpenAddress | Remedy::EditAllowList if is_of_untrusted_proxy(activity) => {
                Some(act(Remedy::OpenServer, None))
            }
            Remedy::OpenAddress | Remedy::EditAllowList | Remedy::ChangeRule | Remedy::CreateBundle => {
                Some(act(remedy, None))
            }
            Remedy::OpenHeld => {
                let holds = connection.hold.as_ref().is_some_and(Hold::is_refusing);
                holds.then(|| act(remedy, None))
            }
            Remedy::OpenPerson => match about(activity) {
                Some(("Users", id)) if self.store().person_row(id).await?.is_some() => {
                    Some(act(remedy, Some(id.to_owned())))
                }
                _ => None,
            },
            Remedy::Decide => self.of_name(activity).await?.map(|(kind, target)| act(kind, target)),
            Remedy::Resume if self.connections.awaits_check(&connection) => {
                Some(act(Remedy::CheckAddress, None))
            }
            Remedy::Resume => connection.pause.is_some().then(|| act(remedy, None)),
            Remedy::ShowHistory => match self.history_of(activity).await? {
                Some(path) => Some(act(remedy, Some(path))),
                None if reason.is_some_and(|reason| reason.code == ReasonCode::Defect) => {
                    Some(act(Remedy::CreateBundle, None))
                }
                None => None,
            },
            Remedy::OpenMapping => {
                // Only the value of an attribute is mapped in the identity provider.
                let names_one = activity.facts.as_ref().is_some_and(|facts| facts.attribute.is_some());
                let is_user = activity.resource_type.as_deref() == Some("User");
                (names_one && is_user).then(|| act(remedy, None))
            }
            Remedy::CopyReport => {
                Some(act(remedy, Some(report(activity, Some(Provider::of(&connection.provider))))))
            }
            // Of findings, or in the place of another one above.
            Remedy::OpenServer
            | Remedy::CheckAddress
            | Remedy::SeeCertificate
            | Remedy::SeeData
            | Remedy::SeeBackups
            | Remedy::SeeAudit
            | Remedy::CheckClock
            | Remedy::CheckAndResume
            | Remedy::SeePeople
            | Remedy::OpenLogs
            | Remedy::SeeActivity
            | Remedy::SeeTokens
            | Remedy::OpenConnection
            | Remedy::ShowAssign
            | Remedy::SeeDeviations
            | Remedy::CopyMapping
            | Remedy::UseThisPath
            | Remedy::TestLeaver
            | Remedy::SetAside
            | Remedy::OpenGroup
            | Remedy::Pause
            | Remedy::Undo
            | Remedy::LetThrough
            | Remedy::KeepRefusing
            | Remedy::OpenWithheld
            | Remedy::OpenConsole
            | Remedy::BlockPerson
            | Remedy::LookUpLeaver
            | Remedy::KeepAwake => None,
        })
    }

    /// What is done about a userName that is in use, with the target: where a match with the one who has it waits, it is decided,
    /// and else that person is opened. None where a group has the name, or the person is no longer here.
    async fn of_name(&self, activity: &Activity) -> Result<Option<(Remedy, Option<String>)>, Error> {
        let Some(holder) = activity.facts.as_ref().and_then(|facts| facts.holder.as_deref()) else {
            return Ok(None);
        };
        let waiting = self.store().pending_matches(Some(&activity.connection_id)).await?;
        if waiting.iter().any(|one| one.person_id == holder) {
            return Ok(Some((Remedy::Decide, None)));
        }
        let is_here = self.store().person_row(holder).await?.is_some();
        Ok(is_here.then(|| (Remedy::OpenPerson, Some(holder.to_owned()))))
    }

    /// Where the history of the user or group is that the address names; of a user who was deleted, what is known of the name.
    async fn history_of(&self, activity: &Activity) -> Result<Option<String>, Error> {
        Ok(match about(activity) {
            Some(("Users", id)) if self.store().person_row(id).await?.is_some() => {
                Some(format!("users/{id}/history"))
            }
            Some(("Users", id)) => self.store().deleted_person(id).await?.map(|person| {
                let name: String = byte_serialize(person.display.as_bytes()).collect();
                format!("diagnostics/why?name={name}")
            }),
            Some(("Groups", id)) if self.store().group_row(id).await?.is_some() => {
                Some(format!("groups/{id}/history"))
            }
            _ => None,
        })
    }
}

/// Whether a proxy sent it whose headers are not believed.
fn is_of_untrusted_proxy(activity: &Activity) -> bool {
    activity.facts.as_ref().is_some_and(|facts| facts.proxy.is_some())
}

/// What is done about a token that was refused, and with which of the usable ones, newest first. Two tokens are the most
/// that a connection has, so a third can't take their place.
fn of_token(remedy: Remedy, usable: &[Token]) -> (Remedy, Option<&Token>) {
    let Some(newest) = usable.iter().find(|token| token.replaced_by.is_none()).or_else(|| usable.first())
    else {
        return (Remedy::CreateToken, None);
    };
    match (remedy, usable) {
        (Remedy::ReplaceToken, [_]) => (Remedy::ReplaceToken, Some(newest)),
        _ => (Remedy::PasteToken, Some(newest)),
    }
}

/// The kind and id of the resource that the address names.
pub(crate) fn about(activity: &Activity) -> Option<(&str, &str)> {
    let path = activity.path.split('?').next()?;
    path.strip_prefix('/')?.split_once('/')
}
