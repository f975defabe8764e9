//! What a refused request asked for, about which user or group, and who has the name it asked for. It is for the admin
//! here: the record has it, the client never does.

use std::time::Duration;

use scim::{ResourceType, Target, fold};
use serde_json::{Map, Value};
use store::{Error, Scope, StoredResource};

use crate::Server;
use crate::record::Exchange;
use crate::refusal::Refusal;

/// How long a refusal waits for the names in it; without them it has the ids.
const LOOKING: Duration = Duration::from_millis(500);
/// How many characters of an arrived name a sentence shows.
const SHOWN: usize = 80;

/// What a request asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    /// "create", "change", "delete", "look up".
    pub act: &'static str,
    /// "ada@acme.example", "the group Crew".
    pub subject: String,
}

/// The name in a body: the userName, else the displayName, else the externalId.
pub(crate) fn name_in(body: &Map<String, Value>) -> Option<String> {
    ["userName", "displayName", "externalId"].into_iter().find_map(|wanted| {
        let (_, value) = body.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
        Some(shown(value.as_str()?)).filter(|name| !name.is_empty())
    })
}

fn shown(text: &str) -> String {
    text.trim().chars().filter(|character| !character.is_control()).take(SHOWN).collect()
}

/// What a request with this method, target and name in its body asks for.
pub(crate) async fn intent(
    server: &Server,
    scope: &Scope,
    method: &str,
    target: &Target,
    name: Option<&str>,
) -> Option<Intent> {
    let act = match method {
        "POST" => "create",
        "PUT" | "PATCH" => "change",
        "DELETE" => "delete",
        _ => "look up",
    };
    let (resource_type, subject) = match target {
        Target::Resources(resource_type) if method == "POST" => (*resource_type, name.map(str::to_owned)),
        Target::Resource(resource_type, id) => {
            let here = in_time(server, server.0.store.resource(scope, *resource_type, id)).await;
            let known = here.map(|StoredResource { display, .. }| display);
            (*resource_type, Some(known.or(name.map(str::to_owned)).unwrap_or_else(|| shown(id))))
        }
        _ => return None,
    };
    let subject = match (resource_type, subject) {
        (ResourceType::User, Some(name)) => name,
        (ResourceType::User, None) => "a user without a name".to_owned(),
        (ResourceType::Group, Some(name)) => format!("the group {name}"),
        (ResourceType::Group, None) => "a group without a name".to_owned(),
    };
    Some(Intent { act, subject })
}

/// Notes what the request asked for, and with a refusal for a name in use who has it.
pub(crate) async fn explain(server: &Server, exchange: &mut Exchange, mut refusal: Refusal) -> Refusal {
    if !exchange.is_proven() || refusal.comes_in_floods || refusal.is_urgent() {
        return refusal;
    }
    if refusal.reason.starts_with("path.") {
        return refusal;
    }
    if let Some(target) = Target::parse(&exchange.path) {
        let scope = Scope::of(exchange.connection.id.clone());
        exchange.intent = intent(server, &scope, exchange.method(), &target, exchange.name.as_deref()).await;
    }
    if let Some(name) = refusal.fact("userName").map(str::to_owned) {
        let holder = in_time(server, server.0.store.account_named(&name)).await;
        refusal = refusal.knowing("holder", holder.map(|account| account.id));
    } else if let Some(name) = refusal.fact("group").map(str::to_owned) {
        let group = in_time(server, async {
            let (rows, _) = server.0.store.find_groups(&exchange.connection.id, &name, 1).await?;
            Ok(rows.into_iter().next().filter(|row| fold(&row.display) == fold(&name)))
        });
        refusal = refusal.knowing("holderGroup", group.await.map(|group| group.id));
    }
    refusal
}

/// What is read for a sentence alone: nothing where that takes long or fails.
async fn in_time<T>(server: &Server, read: impl Future<Output = Result<Option<T>, Error>>) -> Option<T> {
    let look = async {
        let _turn = server.admission().await.ok()?;
        read.await.ok()?
    };
    tokio::time::timeout(LOOKING, look).await.ok()?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_name_in_a_body_is_the_one_that_says_most() {
        let name = |body: Value| name_in(body.as_object().unwrap());
        let all = json!({"externalId": "4711", "displayName": "Ada", "username": " ada@acme.example "});
        assert_eq!(name(all).as_deref(), Some("ada@acme.example"), "the userName, in any case");
        assert_eq!(name(json!({"userName": "", "displayName": "Ada"})).as_deref(), Some("Ada"));
        assert_eq!(name(json!({"userName": 7, "externalId": "47\u{7}11"})).as_deref(), Some("4711"));
        assert_eq!(name(json!({"active": true})), None);
    }
}
