//! Which attributes arrive, over real requests of the three providers.

use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;

const DAY: Duration = Duration::from_hours(24);
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The mapping, once the last request is in the log.
async fn mapping(api: &Api) -> Value {
    api.command("mapping.of", json!({"id": api.connection_id})).await
}

async fn write(api: &Api, method: &str, path: &str, body: impl Into<Option<Value>>, status: u16) -> Value {
    api.clock.advance(Duration::from_mins(1));
    let answer = api.scim(method, path, body).await.expect(status, "a write");
    api.recorded_now().await;
    answer
}

/// The name, the state and the evidence of each field.
fn states(view: &Value) -> Vec<(&str, &str, &str)> {
    view["fields"].as_array().unwrap().iter().map(of_field).collect()
}

fn of_field(one: &Value) -> (&str, &str, &str) {
    let text = |name: &str| one[name].as_str().unwrap();
    (text("name"), text("state"), text("evidence"))
}

fn field<'v>(view: &'v Value, name: &str) -> &'v Value {
    view["fields"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

/// One provider: a create and a change in its form, the states, what else is stored, and what an account lacks.
struct Case {
    provider: &'static str,
    create: Value,
    method: &'static str,
    change: Value,
    arriving: &'static [(&'static str, &'static str)],
    never: &'static [&'static str],
    extras: &'static [&'static str],
    summary: &'static str,
}

fn cases() -> Vec<Case> {
    let okta = json!({"schemas": [USER], "userName": "ada@acme.example", "externalId": "00u1abc",
        "name": {"givenName": "Ada", "familyName": "Byron"}, "displayName": "Ada Byron", "locale": "en-US",
        "emails": [{"primary": true, "value": "ada@acme.example", "type": "work"}], "groups": [],
        "password": "Zq81x0Lw", "active": true});
    let mut okta_change = okta.clone();
    okta_change["title"] = json!("Countess");
    vec![
        Case {
            provider: "okta",
            create: okta,
            method: "PUT",
            change: okta_change,
            arriving: &[
                ("User name", "in 2 of the last 2 writes of users"),
                ("External ID", "in 2 of the last 2 writes of users"),
                ("First name", "in 2 of the last 2 writes of users"),
                ("Last name", "in 2 of the last 2 writes of users"),
                ("Display name", "in 2 of the last 2 writes of users"),
                ("E-mail", "in 2 of the last 2 writes of users"),
                ("Active", "in 2 of the last 2 writes of users"),
                ("Job title", "in 1 of the last 2 writes of users"),
                ("Locale", "in 2 of the last 2 writes of users"),
            ],
            never: &[],
            extras: &[],
            summary: "All attributes that an account needs arrive.",
        },
        Case {
            provider: "azure",
            create: json!({"schemas": [USER, ENTERPRISE], "userName": "ada@contoso.com", "externalId": "4711",
                "active": "True", "displayName": "Ada Byron", "preferredLanguage": "en",
                "emails": [{"primary": true, "type": "work", "value": "ada@contoso.com"}],
                "addresses": [{"type": "work", "country": "GB"}],
                "name": {"formatted": "Ada Byron", "familyName": "Byron", "givenName": "Ada"},
                ENTERPRISE: {"department": "Maths"}}),
            method: "PATCH",
            change: json!({"schemas": [PATCH], "Operations": [
                {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada.king@contoso.com"},
                {"op": "Replace", "value": {"displayName": "Ada King", "name.familyName": "King",
                    format!("{ENTERPRISE}:department"): "Engines"}},
                {"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "0190a0b0-0000-7000-8000-000000000001"}]}),
            arriving: &[
                ("User name", "in 1 of the last 2 writes of users"),
                ("External ID", "in 1 of the last 2 writes of users"),
                ("First name", "in 1 of the last 2 writes of users"),
                ("Last name", "in 2 of the last 2 writes of users"),
                ("Display name", "in 2 of the last 2 writes of users"),
                ("E-mail", "in 2 of the last 2 writes of users"),
                ("Active", "in 1 of the last 2 writes of users"),
                ("Department", "in 2 of the last 2 writes of users"),
                ("Manager", "in 1 of the last 2 writes of users"),
            ],
            never: &[],
            extras: &["addresses[type eq \"work\"].country", "name.formatted", "preferredLanguage"],
            summary: "All attributes that an account needs arrive.",
        },
        Case {
            provider: "custom",
            create: json!({"schemas": [USER], "userName": "ada", "displayName": "Ada", "nickName": "Countess",
                "emails": [{"value": "ada@home.example", "type": "home"}], "phoneNumbers": [{"value": "1", "type": "work"}]}),
            method: "PATCH",
            change: json!({"schemas": [PATCH], "Operations": [
                {"op": "remove", "path": "nickName"}, {"op": "replace", "path": "active", "value": false}]}),
            arriving: &[
                ("User name", "in 1 of the last 2 writes of users"),
                ("Display name", "in 1 of the last 2 writes of users"),
                ("Active", "in 1 of the last 2 writes of users"),
                ("Phone", "in 1 of the last 2 writes of users"),
            ],
            never: &["External ID", "First name", "Last name"],
            extras: &["emails[type eq \"home\"].value", "nickName"],
            summary: "These attributes do not arrive as they should: External ID, First name, Last name, E-mail.",
        },
    ]
}

#[tokio::test]
async fn the_requests_of_each_provider_show_which_attributes_arrive() {
    for case in cases() {
        let api = Api::start(case.provider).await;
        let made = write(&api, "POST", "/Users", case.create, 201).await;
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        // A look-up is no write.
        write(&api, "GET", &path, None, 200).await;
        write(&api, case.method, &path, case.change, 200).await;
        let view = mapping(&api).await;
        let found = states(&view);
        let of = |state: &str| -> Vec<(&str, &str)> {
            found.iter().filter(|one| one.1 == state).map(|(name, _, text)| (*name, *text)).collect()
        };
        assert_eq!(of("arriving"), case.arriving, "{}", case.provider);
        let never: Vec<&str> = of("neverReceived").into_iter().map(|(name, _)| name).collect();
        assert_eq!(never, case.never, "{}", case.provider);
        let extras = view["extras"].as_array().unwrap().iter().map(|one| one["attribute"].as_str().unwrap());
        assert_eq!(extras.collect::<Vec<_>>(), case.extras, "{}", case.provider);
        assert_eq!(view["summary"], case.summary, "{}", case.provider);
        assert_eq!(view["unknown"], Value::Null, "{}", case.provider);
        assert_eq!(field(&view, "Groups")["state"], "notNeeded");
        assert_eq!(field(&view, "User name")["required"], true);
        assert!(!view.to_string().contains("Zq81x0Lw"), "a password is in no example: {view}");
    }
}

#[tokio::test]
async fn an_example_is_that_of_the_newest_request_and_is_masked() {
    let api = Api::start("okta").await;
    write(&api, "POST", "/Users", json!({"userName": "ada", "title": "Countess", "active": true}), 201).await;
    write(&api, "POST", "/Users", json!({"userName": "grace", "active": true}), 201).await;
    let newest = api.recorded("POST", "/Users").await;
    let view = mapping(&api).await;
    let example = &field(&view, "User name")["example"];
    assert_eq!(example["value"], "grace");
    assert_eq!(example["masked"], "g•••");
    assert_eq!(example["activityId"], newest["row"]["id"], "{example}");
    assert_eq!(view["newestWrite"], newest["row"]["id"]);
    assert_eq!(field(&view, "Job title")["example"]["value"], "Countess", "the newest that has one");
    assert_eq!(field(&view, "Active")["example"]["masked"], "true", "is about no person");
    assert_eq!(field(&view, "Job title")["source"], "user.title");
    assert_eq!(view["copyLabel"], "Copy the mapping for Okta");
    assert!(view["table"].as_str().unwrap().contains("user.title\ttitle\n"), "{view}");
}

#[tokio::test]
async fn before_anything_arrives_the_mapping_asks_for_one_test_person() {
    let api = Api::start("azure").await;
    let view = mapping(&api).await;
    assert_eq!(view["summary"], "Nothing has arrived yet. Send one test person first.");
    assert_eq!(field(&view, "User name")["state"], "neverReceived");
    assert_eq!(field(&view, "User name")["evidence"], "No user has arrived yet");
    assert_eq!((&view["extras"], &view["ignored"]), (&json!([]), &json!([])));
    assert_eq!(view["newestWrite"], Value::Null, "there is no last request");
}

#[tokio::test]
async fn a_refused_value_is_named_first_until_it_arrives() {
    let api = Api::start("azure").await;
    for name in ["ada", "bob"] {
        write(&api, "POST", "/Users", json!({"userName": name, "active": "perhaps"}), 400).await;
    }
    let view = mapping(&api).await;
    assert_eq!(states(&view)[0], ("Active", "refused", "2 people were refused because of it"));
    let newest = api.recorded("POST", "/Users").await;
    assert_eq!(view["newestWrite"], newest["row"]["id"], "the last request was refused");
    write(&api, "POST", "/Users", json!({"userName": "ada", "active": true}), 201).await;
    let view = mapping(&api).await;
    assert_eq!(states(&view)[0], ("Active", "refused", "1 person was refused because of it"));
    write(&api, "POST", "/Users", json!({"userName": "bob", "active": "False"}), 201).await;
    let view = mapping(&api).await;
    assert_eq!(states(&view)[0].0, "User name");
    assert_eq!(field(&view, "Active")["state"], "arriving");
    let finding = api.command("diagnosis.findings", json!({})).await;
    assert_eq!(
        finding["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["code"] == "write.notCreated")
            .count(),
        0
    );
}

#[tokio::test]
async fn what_is_in_no_schema_is_named_with_its_request() {
    let api = Api::start("azure").await;
    write(&api, "POST", "/Users", json!({"userName": "ada", "jobTitle": "Countess"}), 201).await;
    let view = mapping(&api).await;
    assert_eq!(view["ignored"][0]["text"], "jobTitle is not in our schemas and was ignored");
    assert_eq!(view["ignored"][0]["times"], 1);
    let request = api.recorded("POST", "/Users").await;
    assert_eq!(view["ignored"][0]["activityId"], request["row"]["id"]);
}

#[tokio::test]
async fn when_bodies_are_deleted_nothing_is_concluded_from_them() {
    let api = Api::start("okta").await;
    let ada = json!({"userName": "ada", "title": "Countess", "emails": [{"value": "a@x", "type": "work"}]});
    write(&api, "POST", "/Users", ada, 201).await;
    api.clock.advance(8 * DAY);
    api.app.housekeeping().round().await.unwrap();
    let view = mapping(&api).await;
    let unknown = view["unknown"].as_str().unwrap();
    assert!(
        unknown.starts_with("One write of a user was looked at; the bodies of all of them are not stored"),
        "{unknown}"
    );
    for (name, state) in [
        ("User name", "earlier"),
        ("E-mail", "earlier"),
        ("Job title", "earlier"),
        ("First name", "neverReceived"),
        ("Active", "notSeen"),
        ("Locale", "notNeeded"),
    ] {
        assert_eq!(field(&view, name)["state"], state, "{name}: {view}");
    }
    assert_eq!(field(&view, "Job title")["evidence"], "users have a value");
    assert_eq!(field(&view, "Job title")["stateText"], "Received earlier");
    assert_eq!(field(&view, "First name")["evidence"], "the user does not have it");
    assert_eq!(field(&view, "Active")["evidence"], "a user is active also where it does not arrive");
    assert_eq!(field(&view, "User name")["example"], Value::Null, "no request shows one");
}

#[tokio::test]
async fn a_change_of_one_address_does_not_show_that_another_one_is_missing() {
    let api = Api::start("azure").await;
    let ada = json!({"userName": "ada", "emails": [{"value": "ada@acme.example", "type": "work"},
        {"value": "ada@home.example", "type": "home"}]});
    let made = write(&api, "POST", "/Users", ada, 201).await;
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    api.clock.advance(8 * DAY);
    api.app.housekeeping().round().await.unwrap();
    let change = json!({"schemas": [PATCH], "Operations": [
        {"op": "Replace", "path": "emails[type eq \"home\"].value", "value": "ada@new.example"}]});
    write(&api, "PATCH", &path, change, 200).await;
    let change = json!({"schemas": [PATCH], "Operations": [
        {"op": "Replace", "path": "emails[value eq \"ada@new.example\"].value", "value": "ada@home.example"}]});
    write(&api, "PATCH", &path, change, 200).await;
    let view = mapping(&api).await;
    assert_eq!(field(&view, "E-mail")["state"], "earlier", "{view}");
    let extras = view["extras"].as_array().unwrap().iter().map(|one| one["attribute"].as_str().unwrap());
    assert_eq!(extras.collect::<Vec<_>>(), ["emails[type eq \"home\"].value", "emails[…].value"], "no value");
    assert_eq!(view["extras"][0]["shown"], true);
    assert_eq!(view["extras"][1]["shown"], Value::Null, "it is shown under its own type");
    let all = api.command("diagnosis.findings", json!({})).await;
    assert!(!all["findings"].to_string().contains("people.attributeElsewhere"), "{all}");
}

#[tokio::test]
async fn an_attribute_of_an_older_write_is_not_missing() {
    let api = Api::start("azure").await;
    let ada = json!({"userName": "ada", "title": "Countess", "name": {"givenName": "Ada"}});
    let made = write(&api, "POST", "/Users", ada, 201).await;
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    for turn in 0..50 {
        let change = json!({"schemas": [PATCH], "Operations": [
            {"op": "Replace", "path": "displayName", "value": format!("Ada {turn}")}]});
        api.clock.advance(Duration::from_secs(1));
        api.scim("PATCH", &path, change).await.expect(200, "a change");
    }
    api.recorded_now().await;
    let view = mapping(&api).await;
    assert_eq!(field(&view, "Display name")["evidence"], "in 50 of the last 50 writes of users");
    for name in ["Job title", "First name", "User name"] {
        assert_eq!(field(&view, name)["state"], "earlier", "{name}");
    }
    let text = "in none of the last 50 writes of users; users have a value";
    assert_eq!(field(&view, "Job title")["evidence"], text);
    let text = "in none of the last 50 writes of users; the user does not have it";
    assert_eq!(field(&view, "Last name")["evidence"], text);
}

/// The paths of the values on a user's page.
async fn on_page(api: &Api, id: &str) -> Vec<String> {
    let page = api.command("people.show", json!({"id": id})).await;
    let values = page["values"].as_array().unwrap().iter();
    values.map(|one| one["path"].as_str().unwrap().to_owned()).collect()
}

/// Each extra with whether it is shown, and in how many writes it is.
fn extras(view: &Value) -> Vec<(&str, &Value, u64)> {
    let extras = view["extras"].as_array().unwrap().iter();
    extras
        .map(|one| (one["attribute"].as_str().unwrap(), &one["shown"], one["times"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn an_extra_is_shown_on_the_pages_of_a_connections_users_until_an_admin_hides_it() {
    let api = Api::start("custom").await;
    let country = "addresses[type eq \"work\"].country";
    let ada = json!({"schemas": [USER, ENTERPRISE], "userName": "ada", "nickName": "Countess",
        "addresses": [{"type": "work", "country": "GB", "locality": "London"}],
        ENTERPRISE: {"costCenter": "7"}});
    let made = write(&api, "POST", "/Users", ada, 201).await;
    let id = made["id"].as_str().unwrap();
    let all = on_page(&api, id).await;
    for path in ["nickName", "addresses[work].country", "addresses[work].locality", "enterprise.costCenter"] {
        assert!(all.iter().any(|one| one == path), "{path} is not in {all:?}");
    }
    let show = async |attribute: &str, shown: bool| {
        let args = json!({"id": api.connection_id, "attribute": attribute, "shown": shown});
        api.app.call(&foundational::Caller::Operator, "mapping.showAttribute", args).await
    };
    let cost_center = format!("{ENTERPRISE}:costCenter");
    for attribute in ["nickName", country, &cost_center] {
        show(attribute, false).await.unwrap();
    }
    let left = on_page(&api, id).await;
    let mut gone: Vec<&String> = all.iter().filter(|path| !left.contains(path)).collect();
    gone.sort();
    assert_eq!(gone, ["addresses[work].country", "enterprise.costCenter", "nickName"], "{left:?}");
    let read = api.scim("GET", &format!("/Users/{id}"), None).await.expect(200, "the client reads it");
    assert_eq!((&read["nickName"], &read["addresses"][0]["country"]), (&json!("Countess"), &json!("GB")));
    let unknown = show("nickname.never", false).await.unwrap_err();
    assert_eq!(unknown.message, "There is no attribute \"nickname.never\".");
    assert!(show("userName", false).await.is_err(), "what an account needs is always shown");

    // What does not arrive any more can be shown again.
    api.clock.advance(8 * DAY);
    api.app.housekeeping().round().await.unwrap();
    let view = mapping(&api).await;
    let hidden = json!(false);
    let expected = [country, "nickName", cost_center.as_str()].map(|attribute| (attribute, &hidden, 0_u64));
    assert_eq!(extras(&view), expected);
    for attribute in ["nickName", country, &cost_center] {
        show(attribute, true).await.unwrap();
    }
    assert_eq!(on_page(&api, id).await, all);
    assert!(extras(&mapping(&api).await).is_empty(), "none has arrived lately");
}

/// A Bulk request with these operations on people.
fn bulk(operations: &[(&str, &str, Value)]) -> Value {
    let operation = |(at, (method, path, data)): (usize, &(&str, &str, Value))| {
        let mut one = json!({"method": method, "path": path, "data": data});
        if *method == "POST" {
            one["bulkId"] = json!(format!("b{at}"));
        }
        one
    };
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations.iter().enumerate().map(operation).collect::<Vec<_>>()})
}

#[tokio::test]
async fn each_operation_of_a_bulk_request_that_was_done_is_a_write() {
    let api = Api::start("custom").await;
    let home = json!({"userName": "ada", "title": "Countess", "emails": [{"value": "a@home.example", "type": "home"}]});
    let operations = [
        ("POST", "/Users", home),
        ("POST", "/Users", json!({"userName": "ADA", "nickName": "Twin"})),
        ("POST", "/Groups", json!({"displayName": "Crew"})),
        ("POST", "/Users", json!({"userName": "bob", "active": "False"})),
    ];
    let done = write(&api, "POST", "/Bulk", bulk(&operations), 200).await;
    assert_eq!(done["Operations"][1]["status"], "409", "{done}");
    let view = mapping(&api).await;
    for (name, state, evidence) in [
        ("User name", "arriving", "in 2 of the last 2 writes of users"),
        ("Active", "arriving", "in 1 of the last 2 writes of users"),
        ("Job title", "arriving", "in 1 of the last 2 writes of users"),
        ("E-mail", "elsewhere", "Arrives as emails[type eq \"home\"].value"),
    ] {
        let found = field(&view, name);
        assert_eq!((&found["state"], &found["evidence"]), (&json!(state), &json!(evidence)), "{name}");
    }
    assert_eq!(field(&view, "E-mail")["stateText"], "At another path");
    assert!(!view["extras"].to_string().contains("nickName"), "what was refused is no write: {view}");
    assert_eq!(field(&view, "User name")["example"]["value"], "bob", "the last operation is the newest");
    let findings = api.command("diagnosis.findings", json!({})).await;
    assert!(findings["findings"].to_string().contains("people.attributeElsewhere"), "{findings}");
    let path = done["Operations"][0]["location"].as_str().unwrap();
    let path = &path[path.find("/Users/").unwrap()..];
    let work = json!({"schemas": [PATCH], "Operations": [
        {"op": "add", "path": "emails[type eq \"work\"].value", "value": "a@acme.example"}]});
    write(&api, "POST", "/Bulk", bulk(&[("PATCH", path, work)]), 200).await;
    let view = mapping(&api).await;
    assert_eq!(field(&view, "E-mail")["evidence"], "in 1 of the last 3 writes of users");
    api.clock.advance(8 * DAY);
    api.app.housekeeping().round().await.unwrap();
    let view = mapping(&api).await;
    assert!(view["unknown"].as_str().unwrap().starts_with("2 writes of users were looked at"), "{view}");
}

#[tokio::test]
async fn the_mapping_and_the_findings_look_at_the_same_writes() {
    let api = Api::start("azure").await;
    let home = json!({"userName": "ada", "emails": [{"value": "a@home.example", "type": "home"}]});
    write(&api, "POST", "/Users", home, 201).await;
    // More look-ups than the newest requests that are searched for notes.
    for turn in 0..250 {
        api.clock.advance(Duration::from_millis(10));
        let path = format!("/Users?filter=userName%20eq%20%22user{turn}%22");
        api.scim("GET", &path, None).await.expect(200, "a look-up");
    }
    api.recorded_now().await;
    let view = mapping(&api).await;
    assert_eq!(field(&view, "E-mail")["state"], "elsewhere", "{view}");
    let findings = api.command("diagnosis.findings", json!({})).await;
    assert!(findings["findings"].to_string().contains("people.attributeElsewhere"), "{findings}");
}

#[tokio::test]
async fn without_whole_bodies_the_mapping_has_no_examples_and_says_why() {
    let api = Api::start("okta").await;
    for (bodies, why) in [
        ("masked", "No examples: values were masked, by the setting"),
        ("none", "No examples: bodies were not recorded, by the setting"),
    ] {
        api.command("data.setBodies", json!({ "bodies": bodies })).await;
        // At another path than the one that is meant, which a masked body does not show.
        let sent = json!({"userName": format!("{bodies}@acme.example"), "name": {"givenName": "Ada"},
            "emails": [{"value": "ada@home.example", "type": "home"}], "active": true});
        write(&api, "POST", "/Users", sent, 201).await;
        let view = mapping(&api).await;
        assert!(view["unknown"].as_str().unwrap().contains(why), "{bodies}: {view}");
        let fields = view["fields"].as_array().unwrap();
        assert!(fields.iter().all(|field| field["example"].is_null()), "{bodies}: {view}");
        assert_eq!(view["extras"], json!([]), "{bodies}");
        let given = fields.iter().find(|field| field["attribute"] == "name.givenName").unwrap();
        assert_eq!(given["state"], "earlier", "by the users themselves: {given}");
    }
}
