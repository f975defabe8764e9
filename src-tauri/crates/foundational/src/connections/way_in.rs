//! How the identity provider of a connection reaches this computer: an Admin chooses it, and the endpoint, the steps of the
//! wizard and what is expected of the public address follow.

use idp::guide::EvidenceKind;
use idp::{Provider, WayIn};
use store::{AuditAct, Connection};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::views::ConnectionView;
use crate::connections::way_in_views::{SetWay, WayChoice, WayNeed, WayView};
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::server::public_url_check::views::AddressCheck;
use crate::shapes::{ById, Nothing};

impl Connections {
    /// The ways that there are for a connection, and what the chosen one needs.
    pub(crate) async fn way(&self, _: Actor, args: ById) -> Result<WayView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let (way, provider) = (connection.way_in, Provider::of(&connection.provider));
        let choice =
            |way: WayIn| WayChoice { way, label: way.label(provider), hint: way.hint(provider).to_owned() };
        Ok(WayView {
            choices: WayIn::ALL.map(choice).into(),
            needs: self.needs(way, provider),
            note: self.note(way, provider),
        })
    }

    /// Chooses the way. One that is chosen already is no act.
    pub(crate) async fn set_way(&self, actor: Actor, args: SetWay) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let (id, way) = (connection.id.clone(), args.way);
        let label = way.label(Provider::of(&connection.provider));
        let entry = actor.audit(AuditAct::WaySet).on(&connection).with(label);
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                if tx.set_way_in(&id, way).await? {
                    tx.audit(&entry).await?;
                }
                Ok(())
            })
            .await;
        done?;
        self.connection_show(Actor::operator(), ById { id: connection.id }).await
    }

    /// Whether a request can arrive by the chosen way, as far as this computer can show it.
    pub(crate) async fn check_way(&self, actor: Actor, args: ById) -> Result<AddressCheck, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        match connection.way_in {
            WayIn::Proxy | WayIn::OwnTls => self.scim_server.check_public_url(actor, Nothing {}).await,
            WayIn::Network => {
                let evidence = self.store().setup_evidence(&connection.id).await?;
                let has_called =
                    evidence.iter().any(|one| one.kind == EvidenceKind::FromNetwork.as_str() && !one.refused);
                let caller = Provider::of(&connection.provider).agent().unwrap_or("the identity provider");
                self.scim_server.check_network(caller, has_called).await
            }
            WayIn::ThisComputer => Err(Error::new(Code::Conflict, "No other computer is to call here.")
                .hinting("Choose another way first.")),
        }
    }

    /// The endpoint of a connection, as it is pasted into its identity provider.
    pub(crate) fn endpoint_of(&self, connection: &Connection) -> String {
        let end = connection.way_in.endpoint_end(Provider::of(&connection.provider));
        format!("{}{end}", self.server().address().endpoint(&connection.id, connection.way_in))
    }

    /// What a way needs of this server, in the order in which it is set.
    fn needs(&self, way: WayIn, provider: Provider) -> Vec<WayNeed> {
        let state = self.scim_server.exposure().state();
        let need = |text: &str, met: bool| WayNeed { text: text.to_owned(), met };
        let is_heard = !state.listen.ip().is_loopback();
        match way {
            WayIn::OwnTls => vec![
                match provider {
                    Provider::Okta | Provider::Azure => {
                        need("A certificate of this server, from a public authority", state.may_be_public())
                    }
                    Provider::Custom => need(
                        "A certificate of this server, which the identity provider trusts",
                        state.pair.is_some(),
                    ),
                },
                need("A listen address that other computers reach", is_heard),
            ],
            WayIn::Network => vec![
                need("A certificate of this server, in the name of this computer", state.is_named()),
                need("A listen address that other computers reach", is_heard),
            ],
            // With a public address, requests that are not encrypted are refused.
            WayIn::ThisComputer if state.public_url.is_some() => vec![need(
                "A certificate of this server: while a public address is set, unencrypted requests are refused",
                state.pair.is_some(),
            )],
            WayIn::Proxy | WayIn::ThisComputer => Vec::new(),
        }
    }

    /// What a way in does without on purpose, so that no one looks for it.
    fn note(&self, way: WayIn, provider: Provider) -> Option<String> {
        match way {
            WayIn::Proxy => None,
            WayIn::OwnTls => {
                let port = self.scim_server.exposure().listen().port();
                Some(format!("Forward the port of the public address to port {port} of this computer."))
            }
            WayIn::Network => {
                let caller = provider.agent().unwrap_or("The identity provider");
                Some(format!(
                    "{caller} calls this computer inside your network. The address need not be reachable from outside."
                ))
            }
            WayIn::ThisComputer => Some(
                "For testing. No identity provider reaches this computer until you change this choice."
                    .to_owned(),
            ),
        }
    }
}
