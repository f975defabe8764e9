//! What an Admin does only after giving the password again.

use std::collections::BTreeSet;
use std::time::Duration;

use foundational::Caller;
use foundational::commands::{Need, TABLE};
use foundational::error::Code;
use serde_json::json;
use tests::Api;

const PASSWORD: &str = "correct horse battery";

/// What gives access, ends it, or carries everybody's data away.
const SENSITIVE: [&str; 26] = [
    "account.newRecoveryKey",
    "activity.export",
    "audit.export",
    "backup.folder",
    "backup.restore",
    "connection.delete",
    "connection.resumeUnchecked",
    "connection.setRules",
    "groups.export",
    "match.link",
    "move.toServer",
    "people.allowSignIn",
    "people.createLocal",
    "people.export",
    "people.setRole",
    "people.unblock",
    "security.set",
    "server.listen",
    "server.openDiscovery",
    "server.publicUrl",
    "server.setCertificate",
    "server.setProxies",
    "token.create",
    "token.revoke",
    "token.rotate",
    "undo.start",
];

#[tokio::test]
async fn cve_2026_43640_no_token_role_restore_or_export_without_the_password() {
    let confirmed: BTreeSet<&str> =
        TABLE.iter().filter(|(_, need, _)| *need == Need::Confirmed).map(|(name, ..)| *name).collect();
    let missing: Vec<&&str> = SENSITIVE.iter().filter(|name| !confirmed.contains(**name)).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "the table does not ask for the password");

    let api = Api::start("custom").await;
    let window = Caller::Window("main".to_owned());
    let admin = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window, "account.createFirst", admin).await.unwrap();
    api.clock.advance(Duration::from_mins(5));
    let before = api.command("audit.list", json!({"filter": {}, "offset": 0, "limit": 200})).await;
    for name in confirmed {
        let refused = api.app.call(&window, name, json!({})).await.unwrap_err();
        assert_eq!(refused.code, Code::Confirm, "{name}: {refused:?}");
    }
    let after = api.command("audit.list", json!({"filter": {}, "offset": 0, "limit": 200})).await;
    assert_eq!(before, after, "and nothing was done");
}
