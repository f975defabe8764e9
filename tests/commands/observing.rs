//! What the tests of *Observe first* share: a connection that is observed, who waits, and who signs in.

use foundational::Caller;
use foundational::error::Error;
use serde_json::{Value, json};
use tests::Api;

use crate::holding::patch;

pub(crate) const ADA: &str = "ada@acme.example";
pub(crate) const BOB: &str = "bob@acme.example";
pub(crate) const WITHHELD: &str = "An Admin has to let your account through before you can sign in.";

pub(crate) async fn observe(api: &Api) {
    api.command("observeFirst.begin", json!({"id": api.connection_id})).await;
}

/// Whether the connection is observed, and who waits.
pub(crate) async fn waiting(api: &Api) -> Value {
    api.command("observeFirst.show", json!({"id": api.connection_id, "offset": 0, "limit": 200})).await
}

/// The names of those who wait, in their order.
pub(crate) async fn names(api: &Api) -> Vec<String> {
    let view = waiting(api).await;
    let rows = view["rows"].as_array().unwrap();
    assert_eq!(view["people"], json!(rows.len()), "{view}");
    rows.iter().map(|row| row["userName"].as_str().unwrap().to_owned()).collect()
}

/// Lets those through who were seen in this view.
pub(crate) async fn try_to_let_through(api: &Api, seen: &Value) -> Result<Value, Error> {
    let args = json!({"id": api.connection_id, "fingerprint": seen["fingerprint"]});
    api.app.call(&Caller::Operator, "observeFirst.letThrough", args).await
}

/// Lets one person through, who was seen to become an Admin, or not.
pub(crate) async fn try_to_let_one_through(api: &Api, id: &str, admin: bool) -> Result<Value, Error> {
    let args = json!({"id": id, "admin": admin});
    api.app.call(&Caller::Operator, "people.letThrough", args).await
}

/// The row of a person in the list of users.
pub(crate) async fn row(api: &Api, id: &str) -> Value {
    api.command("people.show", json!({"id": id})).await["row"].clone()
}

pub(crate) async fn passcode(api: &Api, id: &str) -> String {
    let given = api.command("people.allowSignIn", json!({"id": id})).await;
    given["passcode"].as_str().unwrap().to_owned()
}

pub(crate) async fn sign_in(api: &Api, name: &str, password: &str) -> Result<Value, Error> {
    let window = Caller::Window(name.to_owned());
    api.app.call(&window, "session.signIn", json!({"email": name, "password": password})).await
}

/// Whether a person is signed in at the window of that name.
pub(crate) async fn is_signed_in(api: &Api, name: &str) -> bool {
    let window = Caller::Window(name.to_owned());
    let status = api.app.call(&window, "workspace.status", json!({})).await.unwrap();
    !status["session"].is_null()
}

/// The members of this group are Admins.
pub(crate) async fn choose(api: &Api, group: &str) {
    let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": group, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
}

pub(crate) async fn put_in(api: &Api, group: &str, id: &str) {
    let operations = json!([{"op": "add", "path": "members", "value": [{"value": id}]}]);
    patch(api, &format!("/Groups/{group}"), operations).await;
}
