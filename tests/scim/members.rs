//! Who a member is: an id of ours, or a form of one that can mean nothing else. Everything else is refused, because a
//! group that lost its members behind a 200 locks people out, and one that did not lose them lets leavers in.

use serde_json::{Value, json};
use store::{ChangeSource, Clock, Ids, Scope, Store};
use tests::Api;

use crate::requests::{GROUP, bulk, group, id, patch, person, read, values};

/// Texts that a client may take for a member and that can never be an id.
fn impossible(ada: &str) -> Vec<Value> {
    let mut texts: Vec<Value> = [
        "ada@example.com",
        "ada",
        "Ada Lovelace",
        "7",
        "mailto:ada@example.com",
        "{}",
        "{\"value\":\"ada@example.com\"}",
        "{\"id\":\"ada\"}",
        "bulkId:ada",
        "null",
        "[object Object]",
    ]
    .map(Value::from)
    .to_vec();
    texts.extend(
        [
            ada.replace('-', ""),
            format!(" {ada}"),
            format!("urn:uuid:{ada}"),
            format!("https://elsewhere.example/scim/v2/Users/{ada}"),
            format!("Devices/{ada}"),
            format!("{ada},{ada}"),
            format!("{{\"id\":\"{ada}\"}}"),
        ]
        .map(Value::from),
    );
    texts.extend([json!(7), json!(true), json!({"display": "ada"}), json!({"value": {"value": ada}})]);
    texts
}

/// Forms of an id that can only mean that id.
fn plain_forms(api: &Api, ada: &str, location: &str) -> Vec<String> {
    assert!(location.contains(&api.connection_id), "an address of ours: {location}");
    vec![
        ada.to_owned(),
        ada.to_uppercase(),
        format!("{{{ada}}}"),
        format!("{{{}}}", ada.to_uppercase()),
        format!("Users/{ada}"),
        format!("/Users/{ada}"),
        location.to_owned(),
        json!({"value": ada}).to_string(),
        json!({"value": format!("Users/{ada}"), "display": "Ada"}).to_string(),
    ]
}

async fn crew(api: &Api) -> (String, Value, Value) {
    let mut ids = Vec::new();
    let mut first = Value::Null;
    for name in ["ada@example.com", "bob@example.com", "eve@example.com"] {
        let made = person(api, name).await;
        ids.push(id(&made));
        if first.is_null() {
            first = made;
        }
    }
    let made = group(api, "Crew", &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    (format!("/Groups/{}", id(&made)), made, first)
}

#[tokio::test]
async fn what_can_never_be_an_id_is_refused_and_the_group_is_as_before() {
    let api = Api::start("custom").await;
    let (path, before, ada) = crew(&api).await;
    for wrong in impossible(&id(&ada)) {
        let named = if wrong.is_object() { wrong.clone() } else { json!({ "value": wrong }) };
        for value in [json!([wrong]), json!([named]), json!([{"value": ada["id"]}, named])] {
            for operation in [
                json!({"op": "replace", "path": "members", "value": value}),
                json!({"op": "Replace", "value": {"members": value}}),
                json!({"op": "add", "path": "members", "value": value}),
                json!({"op": "add", "value": {"members": value}}),
                json!({"op": "remove", "path": "members", "value": value}),
                json!({"op": "Remove", "value": {"members": value}}),
            ] {
                let rename = json!({"op": "replace", "path": "displayName", "value": "Renamed"});
                let reply = api.scim("PATCH", &path, patch(json!([rename, operation]))).await;
                let detail = reply.refused(400, Some("invalidValue"));
                assert!(detail.contains("members"), "{operation}: {detail}");
                assert_eq!(read(&api, &path).await, before, "{operation}");
            }
            let body = json!({"schemas": [GROUP], "displayName": "Crew", "members": value});
            api.scim("PUT", &path, body.clone()).await.refused(400, Some("invalidValue"));
            assert_eq!(read(&api, &path).await, before, "PUT {body}");
            let body = json!({"schemas": [GROUP], "displayName": "Other", "members": value});
            api.scim("POST", "/Groups", body).await.refused(400, Some("invalidValue"));
        }
    }
    assert_eq!(read(&api, "/Groups").await["totalResults"], 1, "no group was made");
}

#[tokio::test]
async fn a_filter_that_names_no_id_removes_no_one_and_says_so() {
    let api = Api::start("custom").await;
    let (path, before, ada) = crew(&api).await;
    let ada = id(&ada);
    for filter in [
        "value eq \"ada@example.com\"".to_owned(),
        "value eq ada@example.com".to_owned(),
        format!("value eq \"{ada}\" or value eq \"ada@example.com\""),
        "value eq \"ada@example.com\" and type eq \"User\"".to_owned(),
        "value ne \"ada@example.com\"".to_owned(),
        "not (value eq \"ada@example.com\")".to_owned(),
        "value eq \"bulkId:ada\"".to_owned(),
    ] {
        let operation = json!({"op": "remove", "path": format!("members[{filter}]")});
        let reply = api.scim("PATCH", &path, patch(json!([operation]))).await;
        reply.refused(400, Some("invalidValue"));
        assert_eq!(read(&api, &path).await, before, "{filter}");
    }
}

#[tokio::test]
async fn an_id_in_a_form_that_can_mean_nothing_else_is_read_and_noted() {
    let api = Api::start("custom").await;
    let (path, before, ada) = crew(&api).await;
    let (ada, location) = (id(&ada), ada["meta"]["location"].as_str().unwrap().to_owned());
    let all = values(&before["members"]);
    let without: Vec<String> = all.iter().filter(|id| **id != ada).cloned().collect();
    let forms = plain_forms(&api, &ada, &location);
    // Each request has its own query, so that its record can be found.
    let put_path = |form: &str| format!("{path}?form={}", forms.iter().position(|one| one == form).unwrap());
    for form in &forms {
        let steps = [
            (json!({"op": "replace", "path": "members", "value": [form]}), vec![ada.clone()]),
            (json!({"op": "remove", "path": "members", "value": [{"value": form}]}), vec![]),
            (json!({"op": "add", "value": {"members": [{"value": form}]}}), vec![ada.clone()]),
            (
                json!({"op": "remove", "path": format!("members[value eq {}]", Value::from(form.clone()))}),
                vec![],
            ),
            (json!({"op": "add", "path": "members", "value": before["members"]}), all.clone()),
            (json!({"op": "remove", "path": "members", "value": form}), without.clone()),
        ];
        for (operation, wanted) in steps {
            let is_filter = operation["path"].as_str().is_some_and(|path| path.contains('['));
            if is_filter && form.starts_with("{\"") {
                // A filter compares with texts, not with documents.
                api.scim("PATCH", &path, patch(json!([{"op": "remove", "path": "members"}]))).await;
                continue;
            }
            let after = api.scim("PATCH", &path, patch(json!([operation]))).await.expect(200, form);
            assert_eq!(values(&after["members"]), wanted, "{operation}");
        }
        let body = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": form}]});
        let put = api.scim("PUT", &put_path(form), body).await.expect(200, form);
        assert_eq!(values(&put["members"]), [ada.as_str()], "PUT {form}");
        let body = json!({"schemas": [GROUP], "displayName": "Other", "members": [form]});
        let made = api.scim("POST", "/Groups", body).await.expect(201, form);
        assert_eq!(values(&made["members"]), [ada.as_str()], "POST {form}");
        api.scim("DELETE", &format!("/Groups/{}", id(&made)), None).await.expect(204, "made for this form");
    }
    let json = forms.iter().find(|form| form.starts_with("{\"")).unwrap();
    let notes = api.recorded("PUT", &put_path(json)).await["notes"].to_string();
    assert!(notes.contains("JSON inside a text"), "the admin learns what was read: {notes}");
    let braces = json!([{"op": "add", "path": "members", "value": [{"value": format!("{{{ada}}}")}]}]);
    let path = format!("{path}?form=braces");
    api.scim("PATCH", &path, patch(braces)).await.expect(200, "in braces");
    let notes = api.recorded("PATCH", &path).await["notes"].to_string();
    assert!(notes.contains("id in another form"), "{notes}");
}

#[tokio::test]
async fn who_could_be_here_but_is_not_is_no_error() {
    let api = Api::start("custom").await;
    let (path, before, _) = crew(&api).await;
    let unknown = "0199d3c0-7c2e-7000-8000-00000000dead";
    for operation in [
        json!({"op": "remove", "path": "members", "value": [{"value": unknown}]}),
        json!({"op": "remove", "path": format!("members[value eq \"{unknown}\"]")}),
    ] {
        let after = api.scim("PATCH", &path, patch(json!([operation]))).await;
        assert_eq!(after.expect(200, "a retry is no error"), before, "{operation}");
    }
    let add = json!([{"op": "add", "path": "members", "value": [{"value": unknown}]}]);
    api.scim("PATCH", &path, patch(add)).await.expect(200, "it may come later");
    let shown = api.command("groups.show", json!({"id": id(&before)})).await;
    assert_eq!(shown["row"]["unresolved"], 1, "the admin sees that one is missing: {shown}");
}

#[tokio::test]
async fn a_member_in_a_bulk_job_is_held_to_the_same() {
    let api = Api::start("custom").await;
    let (path, before, ada) = crew(&api).await;
    let team =
        |value: Value| json!({"schemas": [GROUP], "displayName": "Team", "members": [{"value": value}]});
    let change = |op: &str, value: Value| {
        json!({"method": "PATCH", "path": path,
            "data": patch(json!([{"op": op, "path": "members", "value": [{"value": value}]}]))})
    };
    let operations = json!([
        change("replace", json!("ada@example.com")),
        change("remove", json!("ada@example.com")),
        {"method": "POST", "path": "/Groups", "bulkId": "t", "data": team(json!("ada@example.com"))},
        {"method": "POST", "path": "/Users", "bulkId": "new", "data": {"userName": "new@example.com"}},
        {"method": "POST", "path": "/Groups", "bulkId": "u", "data": team(json!("bulkId:new"))},
        change("remove", json!(id(&ada).to_uppercase())),
    ]);
    let answer = api.scim("POST", "/Bulk", bulk(operations)).await.expect(200, "a bulk job is answered");
    let statuses: Vec<&str> =
        answer["Operations"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["400", "400", "400", "201", "201", "200"], "{answer}");
    assert_eq!(values(&read(&api, &path).await["members"]).len(), values(&before["members"]).len() - 1);
    let team = answer["Operations"][4]["location"].as_str().unwrap();
    let team = read(&api, &team[team.find("/Groups/").unwrap()..]).await;
    assert_eq!(values(&team["members"]).len(), 1, "the reference became the id: {team}");
}

/// Groups written before ids were checked have members of any text. They can be removed, but none like them can be added.
#[tokio::test]
async fn a_member_of_old_data_that_is_no_id_can_be_removed_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Clock::system(), Ids::random()).await.unwrap();
    let made: Result<(String, String), store::Error> = store
        .write(async move |tx| {
            let connection = tx.create_connection("Old", idp::Provider::Custom.as_str(), "{}").await?;
            let scope = Scope::of(connection.id.clone());
            let document = json!({"displayName": "Crew"}).as_object().unwrap().clone();
            let members = ["ada@example.com", "bob", "eve"].map(str::to_owned).to_vec();
            let group = tx.create_group(&scope, document, members, &ChangeSource::default()).await?;
            Ok((connection.id, group.id))
        })
        .await;
    let (connection, crew) = made.unwrap();
    store.close().await;
    drop(store);
    let api = Api::over(folder, connection).await;
    let path = format!("/Groups/{crew}");
    let missing = async |api: &Api| {
        api.command("groups.show", json!({"id": crew})).await["row"]["unresolved"].as_u64().unwrap()
    };
    assert_eq!(missing(&api).await, 3);
    for (operation, left) in [
        (json!({"op": "remove", "path": "members", "value": [{"value": "ada@example.com"}]}), 2),
        (json!({"op": "remove", "path": "members[value eq \"bob\"]"}), 1),
    ] {
        api.scim("PATCH", &path, patch(json!([operation]))).await.expect(200, "it is a member");
        assert_eq!(missing(&api).await, left, "{operation}");
    }
    let again = json!([{"op": "remove", "path": "members[value eq \"bob\"]"}]);
    api.scim("PATCH", &path, patch(again)).await.refused(400, Some("invalidValue"));
    let other = json!([{"op": "add", "path": "members", "value": [{"value": "eve"}]}]);
    api.scim("PATCH", &path, patch(other)).await.refused(400, Some("invalidValue"));
    assert_eq!(missing(&api).await, 1);
}
