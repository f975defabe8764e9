//! What an exchange was, in the terms of the client: "Azure's Test connection", "Okta's look-up".
//!
//! Only for hints and sentences. The address of a request decides which connection it belongs to, and nothing here
//! changes what it does. A request is recognised *as it arrived*, before it is normalised: the deviations are the
//! fingerprints.

use scim::{ResourceType, Target};
use serde_json::{Map, Value};

use crate::filter_tokens::{Kind, tokens};
use crate::incoming_request::IncomingRequest;
use crate::provider::Provider;
use crate::query_string::parameter;

/// The probable client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Okta Workforce Identity.
    Okta,
    /// The public test suite that Okta wants to see passed.
    OktaSpecTest,
    /// Microsoft Entra ID.
    Azure,
    /// authentik.
    Authentik,
    /// `CyberArk` Identity.
    CyberArk,
    /// `PingOne` or `PingFederate`.
    Ping,
    /// A client named in its own User-Agent.
    Named(&'static str),
}

/// Names in a User-Agent, and how an admin writes them.
const NAMES: [(&str, &str); 9] = [
    ("onelogin", "OneLogin"),
    ("jumpcloud", "JumpCloud"),
    ("keycloak", "Keycloak"),
    ("rippling", "Rippling"),
    ("sailpoint", "SailPoint"),
    ("google", "Google"),
    ("oracle", "Oracle"),
    ("scim2-cli", "scim2-cli"),
    ("curl/", "curl"),
];

impl Client {
    /// The name an admin reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Okta => "Okta",
            Self::OktaSpecTest => "Okta's SCIM test suite",
            Self::Azure => "Azure",
            Self::Authentik => "authentik",
            Self::CyberArk => "CyberArk",
            Self::Ping => "Ping",
            Self::Named(name) => name,
        }
    }

    /// The tile it belongs to.
    pub const fn provider(self) -> Provider {
        match self {
            Self::Okta | Self::OktaSpecTest => Provider::Okta,
            Self::Azure => Provider::Azure,
            Self::Authentik | Self::CyberArk | Self::Ping | Self::Named(_) => Provider::Custom,
        }
    }
}

/// A request that one client is known to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownEvent {
    /// Azure looked up a made-up person or group: *Test connection*, and the start of each run.
    AzureTestConnection,
    /// Azure looked up a group, before it creates or changes it.
    AzureGroupMatch,
    /// Okta read two people: its credentials test, also when the integration is saved.
    OktaTest,
    /// Okta looked up a person, before it creates them.
    OktaLookup,
    /// Okta read a page of all people: an import.
    OktaImport,
    /// A client read a single person to see whether the address works.
    Probe,
    /// A client read what this server can do.
    Discovery,
}

/// What was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Recognition {
    /// The probable client.
    pub client: Option<Client>,
    /// What it probably was.
    pub event: Option<KnownEvent>,
}

impl Recognition {
    /// The exchange in a sentence, given how it was answered; none for ordinary ones.
    pub fn sentence(&self, status: u16) -> Option<String> {
        let answered = (200..300).contains(&status);
        let text = match self.event? {
            KnownEvent::AzureTestConnection if answered => {
                "Azure's Test connection: it looked up a made-up name and got an empty list, as expected."
            }
            KnownEvent::AzureTestConnection => {
                "Azure's Test connection failed. Azure reports invalid credentials, whatever the cause."
            }
            KnownEvent::AzureGroupMatch => {
                "Azure looked up a group by its name, before it creates or changes one."
            }
            KnownEvent::OktaTest if answered => {
                "Okta's credentials test. Okta also sends it when you save the integration."
            }
            KnownEvent::OktaTest => {
                "Okta's credentials test failed. Okta shows the error beside the test button."
            }
            KnownEvent::OktaLookup => "Okta looked up a user. If there is none, it creates the user next.",
            KnownEvent::OktaImport => "Okta read all users, page by page (an import).",
            KnownEvent::Probe => {
                return Some(format!("{} checked whether this address answers.", self.who()));
            }
            KnownEvent::Discovery => {
                return Some(format!("{} read what this server supports.", self.who()));
            }
        };
        Some(text.to_owned())
    }

    /// A hint when the calls don't look like those of the provider the connection was made for.
    pub fn mismatch(&self, provider: Provider) -> Option<String> {
        let client = self.client?;
        let other = match (provider, client) {
            (Provider::Custom, Client::Okta | Client::Azure) => client.name(),
            // A call by hand tests a connection; it does not identify a provider.
            (_, Client::Named("curl" | "scim2-cli")) | (Provider::Custom, _) => return None,
            _ if client.provider() == provider => return None,
            _ => client.name(),
        };
        Some(format!(
            "This connection was made for {}, but its requests look like those of {other}. They are answered anyway.",
            provider.label()
        ))
    }

    fn who(&self) -> &'static str {
        self.client.map_or("The client", Client::name)
    }
}

/// Recognises a request as it arrived.
pub fn recognise(request: &IncomingRequest, user_agent: Option<&str>) -> Recognition {
    let by_name = user_agent.and_then(by_user_agent);
    let target = Target::parse(&request.path);
    let event = target.as_ref().and_then(|target| event(request, target, user_agent, by_name));
    let by_event = event.and_then(client_of);
    let by_content = || by_filter(request).or_else(|| by_body(request));
    Recognition { client: by_name.or(by_event).or_else(by_content), event }
}

fn by_user_agent(agent: &str) -> Option<Client> {
    let lower = agent.to_ascii_lowercase();
    let known = [
        ("okta scim client", Client::Okta),
        ("okta scim integration", Client::OktaSpecTest),
        ("authentik@", Client::Authentik),
        ("cyberark", Client::CyberArk),
        ("idaptive", Client::CyberArk),
        ("pingone", Client::Ping),
        ("pingfederate", Client::Ping),
    ];
    known.into_iter().find(|(start, _)| lower.starts_with(start)).map(|(_, client)| client).or_else(|| {
        NAMES.into_iter().find(|(name, _)| lower.contains(name)).map(|(_, name)| Client::Named(name))
    })
}

/// Sources: Okta's SCIM references and support articles for its constants, Microsoft's protocol page for the made-up
/// value, `CyberArk`'s API requirements for the probe.
fn event(
    request: &IncomingRequest,
    target: &Target,
    user_agent: Option<&str>,
    client: Option<Client>,
) -> Option<KnownEvent> {
    if request.method != "GET" {
        return None;
    }
    let kind = match target {
        Target::ServiceProviderConfig | Target::Schemas | Target::ResourceTypes => {
            return Some(KnownEvent::Discovery);
        }
        Target::Resources(kind) => *kind,
        _ => return None,
    };
    let number = |name: &str| parameter(&request.query, name).and_then(|text| text.parse::<u32>().ok());
    let window = (number("startIndex"), number("count"));
    let filter = parameter(&request.query, "filter");
    let foreign = client.is_some_and(|client| client != Client::Azure);
    match (&filter, window) {
        (Some(filter), _) if !foreign && user_agent.is_none() && is_lookup_of_guid(filter) => {
            Some(KnownEvent::AzureTestConnection)
        }
        (Some(_), _) if kind == ResourceType::Group && !foreign && excludes_members(request) => {
            Some(KnownEvent::AzureGroupMatch)
        }
        (Some(_), (Some(1), Some(100))) => Some(KnownEvent::OktaLookup),
        (None, (Some(1), Some(2))) if kind == ResourceType::User => Some(KnownEvent::OktaTest),
        (None, (Some(_), Some(100))) if client == Some(Client::Okta) => Some(KnownEvent::OktaImport),
        (None, (None | Some(1), Some(1))) if kind == ResourceType::User => Some(KnownEvent::Probe),
        _ => None,
    }
}

/// The only client that sends such a request.
fn client_of(event: KnownEvent) -> Option<Client> {
    match event {
        KnownEvent::AzureTestConnection | KnownEvent::AzureGroupMatch => Some(Client::Azure),
        KnownEvent::OktaTest | KnownEvent::OktaLookup | KnownEvent::OktaImport => Some(Client::Okta),
        KnownEvent::Probe | KnownEvent::Discovery => None,
    }
}

/// `PingOne`'s templates write `username Eq "…"` and `email Co "…"`; others write operators in small letters.
fn by_filter(request: &IncomingRequest) -> Option<Client> {
    let filter = parameter(&request.query, "filter")?;
    let words = tokens(&filter)?;
    let [attribute, operator, ..] = words.as_slice() else { return None };
    let attribute = &filter[attribute.range.clone()];
    let operator = &filter[operator.range.clone()];
    let ping = matches!(attribute, "username" | "email") && matches!(operator, "Eq" | "Co");
    ping.then_some(Client::Ping)
}

fn by_body(request: &IncomingRequest) -> Option<Client> {
    let body = request.body.as_ref()?;
    if let Some(Value::Array(operations)) = body.get("Operations") {
        return operations
            .iter()
            .filter_map(Value::as_object)
            .any(is_azure_operation)
            .then_some(Client::Azure);
    }
    let lists = |urn: &str| {
        body.get("schemas")
            .and_then(Value::as_array)
            .is_some_and(|urns| urns.iter().any(|known| known == urn))
    };
    if lists("http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group") {
        return Some(Client::Azure);
    }
    let okta_id = body.get("externalId").and_then(Value::as_str).is_some_and(|id| id.starts_with("00u"));
    (okta_id && request.method == "POST").then_some(Client::Okta)
}

/// Operations with a capital, as only the job without the flag writes them.
fn is_azure_operation(operation: &Map<String, Value>) -> bool {
    matches!(operation.get("op").and_then(Value::as_str), Some("Add" | "Replace" | "Remove"))
}

fn excludes_members(request: &IncomingRequest) -> bool {
    parameter(&request.query, "excludedAttributes").is_some_and(|list| list.eq_ignore_ascii_case("members"))
}

/// `attribute eq "<GUID>"`, and nothing else.
fn is_lookup_of_guid(filter: &str) -> bool {
    let Some(words) = tokens(filter) else { return false };
    let [_, operator, value] = words.as_slice() else { return false };
    let text = filter[value.range.clone()].trim_matches('"');
    let shape = [8, 4, 4, 4, 12];
    value.kind == Kind::Text
        && filter[operator.range.clone()].eq_ignore_ascii_case("eq")
        && text.split('-').map(str::len).eq(shape)
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// What is wrong with an address that is nearly correct: something is before or between the endpoint's own parts.
/// The path is the part behind the connection's base.
pub fn near_miss(path: &str) -> Option<String> {
    let known = ["Users", "Groups", "ServiceProviderConfig", "Schemas", "ResourceTypes"];
    let right = |segment: &str| known.into_iter().find(|known| known.eq_ignore_ascii_case(segment));
    match Target::parse(path) {
        // No id of ours is the name of an endpoint.
        Some(Target::Resource(_, id)) if right(&id).is_some() => {}
        Some(_) => return None,
        None => {}
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.is_empty() {
        return Some(
            "The request went to the endpoint itself. The identity provider has to add /Users or /Groups to it."
                .to_owned(),
        );
    }
    let (at, name) = segments.iter().enumerate().find_map(|(at, segment)| Some((at, right(segment)?)))?;
    let shown =
        |text: &str| text.chars().filter(|character| !character.is_control()).take(60).collect::<String>();
    Some(if at > 0 {
        let extra = shown(&segments[..at].join("/"));
        format!("\"{extra}\" before /{name} is too much. Paste the endpoint exactly as it is.")
    } else if segments.get(1).is_some_and(|second| right(second).is_some()) {
        format!(
            "/{name} is in the address twice. Paste the endpoint without it; the identity provider adds it."
        )
    } else if segments[0] != name {
        format!("\"{}\" must be written /{name}.", shown(segments[0]))
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests;
