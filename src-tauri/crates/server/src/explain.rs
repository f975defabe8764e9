//! Looks up the names in a refused request, and who has a name that is in use, for the sentence in the activity.

use std::time::Duration;

use idp::reason_code::ReasonCode;
use scim::{Target, fold};
use store::{Error, Scope, StoredResource};

use crate::exchange::Exchange;
use crate::intent::Intent;
use crate::refusal::Refusal;
use crate::server::Server;

/// How long a refusal waits for the names in it; without them it has the ids.
const LOOKUP: Duration = Duration::from_millis(500);

/// What a request with this method, target and name in its body asks for.
pub(crate) async fn intent(
    server: &Server,
    scope: &Scope,
    method: &str,
    target: &Target,
    name: Option<&str>,
) -> Option<Intent> {
    let stored = match target {
        Target::Resource(resource_type, id) => {
            in_time(server.0.store.resource(scope, *resource_type, id)).await
        }
        _ => None,
    };
    Intent::of(method, target, name, stored.map(|StoredResource { display, .. }| display))
}

/// Notes what the request asked for, and with a refusal for a name in use who has it.
pub(crate) async fn explain(server: &Server, exchange: &mut Exchange, refusal: &mut Refusal) {
    let Some(endpoint) = exchange.endpoint.as_ref().filter(|_| exchange.is_authenticated()) else { return };
    if refusal.is_coalesced
        || refusal.is_urgent()
        || matches!(refusal.reason, ReasonCode::UnknownPath | ReasonCode::Method)
    {
        return;
    }
    if let Some(target) = Target::parse(&endpoint.path) {
        let scope = Scope::of(endpoint.connection_id.clone());
        exchange.intent =
            intent(server, &scope, exchange.method.as_str(), &target, exchange.name().as_deref()).await;
    }
    let facts = &mut refusal.facts;
    if let Some(name) = &facts.user_name {
        let account = in_time(server.0.store.account_named(name)).await;
        facts.holder = account.map(|account| account.id);
    } else if let Some(name) = &facts.group {
        let group = in_time(async {
            let (rows, _) =
                server.0.store.find_groups(Some(endpoint.connection_id.as_str()), name, 1).await?;
            Ok(rows.into_iter().next().filter(|row| fold(&row.display) == fold(name)))
        });
        facts.holder_group = group.await.map(|group| group.id);
    }
}

/// What is read for a sentence alone: nothing where that takes long or fails.
async fn in_time<T>(read: impl Future<Output = Result<Option<T>, Error>>) -> Option<T> {
    tokio::time::timeout(LOOKUP, read).await.ok()?.ok()?
}
