use serde_json::json;

use super::*;

fn seen(method: &str, path: &str, query: &str, body: &Value, agent: Option<&str>) -> Recognition {
    let request = IncomingRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        body: body.as_object().cloned(),
    };
    recognise(&request, agent)
}

fn get(path: &str, query: &str, agent: Option<&str>) -> (Option<Client>, Option<KnownEvent>) {
    let Recognition { client, event } = seen("GET", path, query, &Value::Null, agent);
    (client, event)
}

const OKTA: Option<&str> = Some("Okta SCIM Client 1.0.0");

#[test]
fn azures_test_connection_is_recognised_by_its_made_up_person() {
    let guid = "filter=userName+eq+%22b8c6f3a1-0000-4c1c-9d1e-2a2b2c2d2e2f%22";
    assert_eq!(get("/Users", guid, None), (Some(Client::Azure), Some(KnownEvent::AzureTestConnection)));
    assert_eq!(
        get("/Groups", &guid.replace("userName", "displayName"), None).1,
        Some(KnownEvent::AzureTestConnection)
    );
    assert_eq!(
        get("/Users", guid, OKTA),
        (Some(Client::Okta), None),
        "another client's look-up is not Azure's"
    );
    assert_eq!(
        get("/Users", "filter=userName+eq+%22ada%22", None),
        (None, None),
        "a real name identifies no client"
    );
}

#[test]
fn okta_is_recognised_by_its_constants() {
    assert_eq!(get("/Users", "startIndex=1&count=2", OKTA), (Some(Client::Okta), Some(KnownEvent::OktaTest)));
    assert_eq!(
        get("/Users", "filter=userName%20eq%20%22ada%22&startIndex=1&count=100", None),
        (Some(Client::Okta), Some(KnownEvent::OktaLookup))
    );
    assert_eq!(get("/Users", "startIndex=101&count=100", OKTA).1, Some(KnownEvent::OktaImport));
    assert_eq!(
        get("/Users", "startIndex=101&count=100", None),
        (None, None),
        "any client may read pages of a hundred"
    );
}

#[test]
fn clients_are_recognised_by_their_user_agent() {
    for (agent, client) in [
        ("authentik@2026.8.1", Client::Authentik),
        ("OKTA SCIM Integration", Client::OktaSpecTest),
        ("Mozilla/5.0 (compatible; JumpCloud-SCIM)", Client::Named("JumpCloud")),
        ("curl/8.5.0", Client::Named("curl")),
    ] {
        assert_eq!(get("/Users", "", Some(agent)).0, Some(client), "{agent}");
    }
    assert_eq!(get("/ServiceProviderConfig", "", Some("authentik@1")).1, Some(KnownEvent::Discovery));
    assert_eq!(get("/Users", "count=1", None), (None, Some(KnownEvent::Probe)));
}

#[test]
fn clients_are_recognised_by_forms_that_only_they_send() {
    let patch = json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    assert_eq!(seen("PATCH", "/Users/u-1", "", &patch, None).client, Some(Client::Azure));
    let create = json!({"externalId": "00u1abcdEFGH2ijkl3m4", "userName": "ada"});
    assert_eq!(seen("POST", "/Users", "", &create, None).client, Some(Client::Okta));
    assert_eq!(get("/Users", "filter=username%20Eq%20%22ada%22", None).0, Some(Client::Ping));
    let group = "excludedAttributes=members&filter=displayName+eq+%22Crew%22";
    assert_eq!(get("/Groups", group, None), (Some(Client::Azure), Some(KnownEvent::AzureGroupMatch)));
    let plain = json!({"Operations": [{"op": "replace", "path": "active", "value": false}]});
    assert_eq!(
        seen("PATCH", "/Users/u-1", "", &plain, None),
        Recognition::default(),
        "the RFC's form identifies no client"
    );
}

#[test]
fn the_sentence_fits_the_answer() {
    let test = Recognition { client: Some(Client::Azure), event: Some(KnownEvent::AzureTestConnection) };
    assert!(test.sentence(200).unwrap().contains("as expected"));
    assert!(test.sentence(401).unwrap().contains("invalid credentials"));
    assert_eq!(Recognition::default().sentence(200), None);
}

#[test]
fn a_connection_made_for_another_provider_gets_a_hint() {
    let azure = Recognition { client: Some(Client::Azure), event: None };
    assert!(azure.mismatch(Provider::Okta).unwrap().contains("made for Okta"));
    assert!(azure.mismatch(Provider::Custom).is_some());
    assert_eq!(azure.mismatch(Provider::Azure), None);
    let curl = Recognition { client: Some(Client::Named("curl")), event: None };
    assert_eq!(curl.mismatch(Provider::Azure), None, "a call by hand is not another provider");
    let authentik = Recognition { client: Some(Client::Authentik), event: None };
    assert_eq!(authentik.mismatch(Provider::Custom), None, "that is what the tile is for");
}

#[test]
fn addresses_that_are_nearly_correct_are_explained() {
    for (path, part) in [
        ("/scim/v2/Users", "\"scim/v2\" before /Users is too much"),
        ("/v2/Users/u-1", "\"v2\" before /Users is too much"),
        ("/Users/Users", "twice"),
        ("/users", "must be written /Users"),
        ("", "the endpoint itself"),
    ] {
        let hint = near_miss(path).unwrap_or_else(|| panic!("{path} is nearly correct"));
        assert!(hint.contains(part), "{path}: {hint}");
    }
    for path in ["/Users", "/Users/u-1", "/favicon.ico"] {
        assert_eq!(near_miss(path), None, "{path}");
    }
}
