//! What provisioning can do to a local account, its role and its sign-in: nothing. The name of a test names the report.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

use crate::requests::{USER, bulk, group, id, patch, person};

const PASSWORD: &str = "a long enough passphrase";

/// A workspace with a local Admin and a local Member; answers the Member's id.
async fn with_local_accounts(api: &Api) -> Value {
    let admin = json!({"name": "Root Admin", "email": "root@company.org", "password": PASSWORD});
    api.command("account.createFirst", admin).await;
    let member = json!({"name": "Mel", "email": "mel@company.org", "role": "member"});
    api.command("people.createLocal", member).await["personId"].clone()
}

async fn set_rules(api: &Api, more: &Value) {
    let mut rules =
        json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": []});
    rules.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
}

async fn shown(api: &Api, person: &Value) -> Value {
    api.command("people.show", json!({ "id": person })).await
}

async fn sign_in(api: &Api, email: &str, password: &str) -> Result<Value, Code> {
    let args = json!({"email": email, "password": password});
    let caller = Caller::Window("desk".to_owned());
    api.app.call(&caller, "session.signIn", args).await.map_err(|error| error.code)
}

#[tokio::test]
async fn cve_2026_47164_an_equal_address_links_no_account() {
    let api = Api::start("custom").await;
    let mel = with_local_accounts(&api).await;
    // Even where equal userNames are linked without a question.
    set_rules(&api, &json!({"matching": "link"})).await;
    let before = shown(&api, &mel).await;
    let emails = json!([{"value": "MEL@company.org", "type": "work", "primary": true}]);
    let made = json!({"schemas": [USER], "userName": "eve1", "emails": emails});
    let mut people = vec![api.scim("POST", "/Users", made).await.expect(201, "another person")];
    for name in ["eve2", "eve3"] {
        people.push(person(&api, name).await);
    }
    let put = json!({"schemas": [USER], "userName": "eve2", "emails": emails});
    api.scim("PUT", &format!("/Users/{}", id(&people[1])), put).await.expect(200, "an address is no key");
    let add = patch(json!([{"op": "add", "path": "emails", "value": emails}]));
    api.scim("PATCH", &format!("/Users/{}", id(&people[2])), add).await.expect(200, "nor in a PATCH");
    let in_bulk = json!([{"method": "POST", "path": "/Users", "bulkId": "b", "data": {"userName": "eve4", "emails": emails}}]);
    let done = api.scim("POST", "/Bulk", bulk(in_bulk)).await.expect(200, "nor in bulk");
    assert_eq!(done["Operations"][0]["status"], "201", "{done}");
    assert!(people.iter().all(|one| one["id"] != mel), "each is a person of its own");
    assert_eq!(shown(&api, &mel).await, before, "the local account is as it was");
    let waiting = api.command("match.list", json!({"id": api.connection_id})).await;
    assert_eq!(waiting, json!([]), "and no one is asked whether they are one");
}

#[tokio::test]
async fn langfuse_16027_a_password_of_a_client_signs_no_one_in() {
    let api = Api::start("custom").await;
    with_local_accounts(&api).await;
    let body = json!({"schemas": [USER], "userName": "eve@company.org", "password": PASSWORD});
    let eve = id(&api.scim("POST", "/Users", body).await.expect(201, "a password is accepted and dropped"));
    assert_eq!(sign_in(&api, "eve@company.org", PASSWORD).await, Err(Code::WrongCredentials), "after a POST");
    let set = patch(json!([{"op": "replace", "path": "password", "value": PASSWORD}]));
    api.scim("PATCH", &format!("/Users/{eve}"), set.clone()).await.expect(200, "dropped as well");
    assert_eq!(
        sign_in(&api, "eve@company.org", PASSWORD).await,
        Err(Code::WrongCredentials),
        "after a PATCH"
    );
    // Nor does it replace what an Admin gave.
    let passcode = api.command("people.allowSignIn", json!({ "id": eve })).await["passcode"].clone();
    api.scim("PATCH", &format!("/Users/{eve}"), set).await.expect(200, "dropped as well");
    assert_eq!(sign_in(&api, "eve@company.org", PASSWORD).await, Err(Code::WrongCredentials), "not that one");
    sign_in(&api, "eve@company.org", passcode.as_str().unwrap())
        .await
        .expect("the passcode of the Admin does");
}

#[tokio::test]
async fn sentry_6253_a_local_admin_remains_whatever_a_client_removes() {
    let api = Api::start("custom").await;
    with_local_accounts(&api).await;
    let eve = id(&person(&api, "eve@company.org").await);
    let owners = id(&group(&api, "Owners", &[&eve]).await);
    set_rules(&api, &json!({"adminGroupId": owners, "onDelete": "remove"})).await;
    let role = shown(&api, &json!(eve)).await;
    assert!(
        role.to_string().contains("\"role\":\"admin\""),
        "the group that an Admin chose gives the role: {role}"
    );
    let path = format!("/Groups/{owners}");
    api.scim("PATCH", &path, patch(json!([{"op": "remove", "path": "members"}])))
        .await
        .expect(200, "emptied");
    let all =
        json!([{"method": "DELETE", "path": format!("/Users/{eve}")}, {"method": "DELETE", "path": path}]);
    api.scim("POST", "/Bulk", bulk(all)).await.expect(200, "deleted");
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let signed_in = sign_in(&api, "root@company.org", PASSWORD).await.expect("the local Admin signs in");
    assert_eq!(signed_in["session"]["role"], "admin", "as an Admin: {signed_in}");
}
