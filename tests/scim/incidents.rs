//! What went wrong in other products, tried on this server. The name of a test names the report. More of them are with
//! their subject: `access` (CVE-2025-4210), `address_spellings` (CVE-2026-32130), `framing` (CVE-2025-55315), `local_accounts`
//! (CVE-2026-47164), `password`. `docs/threat-model.md` has the table of all.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::Api;
use tokio::task::JoinSet;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::requests::{ENTERPRISE, USER, group, id, names, patch, percent, person, read, search, values};

/// The first local Admin of the workspace, who has a name and an address that provisioning may try to take.
async fn with_admin(api: &Api) {
    let args =
        json!({"name": "Root Admin", "email": "root@company.org", "password": "a long enough passphrase"});
    api.command("account.createFirst", args).await;
}

#[tokio::test]
async fn cve_2025_41115_an_external_id_selects_no_one() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    for (n, external) in ["1", "0", "-1", &ada, "admin", "root"].into_iter().enumerate() {
        let body =
            json!({"schemas": [USER], "userName": format!("eve{n}"), "externalId": external, "id": external});
        let made = api.scim("POST", "/Users", body).await.expect(201, "a new person");
        assert_ne!(made["id"], external, "an id is ours");
        assert_ne!(made["id"], json!(ada), "and a new one");
        if external != ada {
            api.scim("GET", &format!("/Users/{external}"), None).await.refused(404, None);
        }
    }
    let number = json!({"schemas": [USER], "userName": "n", "externalId": 1});
    let made = api.scim("POST", "/Users", number).await.expect(201, "a number is read as its text");
    assert_eq!(made["externalId"], "1");
    assert_ne!(made["id"], "1", "a number is no id either");
    assert_eq!(read(&api, &format!("/Users/{ada}")).await["userName"], "ada");
}

#[tokio::test]
async fn cve_2022_1680_a_local_account_cannot_be_seen_or_touched() {
    let api = Api::start("custom").await;
    with_admin(&api).await;
    let people = api
        .command("people.list", json!({"sort": "name", "descending": false, "offset": 0, "limit": 10}))
        .await;
    let admin = people["rows"][0].clone();
    let path = format!("/Users/{}", admin["id"].as_str().unwrap());
    assert_eq!(read(&api, "/Users").await["totalResults"], 0, "not in lists");
    for filter in
        ["userName pr", "emails.value eq \"root@company.org\"", "not (userName eq \"x\")", "active eq true"]
    {
        assert_eq!(
            read(&api, &format!("/Users?filter={}", percent(filter))).await["totalResults"],
            0,
            "{filter}"
        );
    }
    for (method, body) in [
        ("GET", None),
        ("PUT", Some(json!({"schemas": [USER], "userName": "eve"}))),
        ("PATCH", Some(patch(json!([{"op": "replace", "path": "active", "value": false}])))),
        ("DELETE", None),
    ] {
        api.scim(method, &path, body).await.refused(404, None);
    }
    // The same e-mail address is another person.
    let body = json!({"schemas": [USER], "userName": "mallory", "emails": [{"value": "root@company.org", "primary": true}]});
    let made = api.scim("POST", "/Users", body).await.expect(201, "an address is no key");
    assert_ne!(made["id"], admin["id"]);
    // The same userName is refused, and the refusal does not say whose it is.
    let body = json!({"schemas": [USER], "userName": "ROOT@company.org"});
    let detail = api.scim("POST", "/Users", body).await.refused(409, Some("uniqueness"));
    assert!(!detail.contains("Root Admin") && !detail.contains(admin["id"].as_str().unwrap()), "{detail}");
    let rename = patch(json!([{"op": "replace", "path": "userName", "value": "root@company.org"}]));
    api.scim("PATCH", &format!("/Users/{}", id(&made)), rename).await.refused(409, Some("uniqueness"));
    let crew = group(&api, "Admins", &[admin["id"].as_str().unwrap()]).await;
    assert_eq!(crew.get("members"), None, "nor can it be drawn into a group");
    let now = api
        .command("people.list", json!({"sort": "name", "descending": false, "offset": 0, "limit": 10}))
        .await;
    assert!(now.to_string().contains(&admin["id"].to_string()), "it is still there");
}

#[tokio::test]
async fn cve_2026_46689_nesting_before_the_token_costs_nothing() {
    let api = Api::start("custom").await;
    for piece in ["(", "not(", "emails%5B", "%28"] {
        let filter = piece.repeat(7000 / piece.len());
        let request = Request::get(format!("/scim/v2/{}/Users?filter={filter}", api.connection_id))
            .body(Body::empty())
            .unwrap();
        api.send(request).await.refused(401, None);
        let with = api.scim("GET", &format!("/Users?filter={filter}"), None).await;
        with.refused(400, Some("invalidFilter"));
    }
}

#[tokio::test]
async fn scim_v2_rust_49_a_deep_prefix_with_one_bad_token_is_dropped_without_harm() {
    let api = Api::start("custom").await;
    for depth in [12, 31, 32, 33, 1_000] {
        let nested = format!("{}userName eq \"a\"{} %", "(".repeat(depth), ")".repeat(depth));
        let reply = api.scim("POST", "/Users/.search", search(json!({"filter": nested}))).await;
        reply.refused(400, Some("invalidFilter"));
        let path = format!("{}title{}", "emails[type eq \"".repeat(depth), "]".repeat(depth));
        let reply =
            api.scim("PATCH", "/Users/x", patch(json!([{"op": "replace", "path": path, "value": 1}]))).await;
        assert_eq!(reply.status, 400, "{}", reply.body);
    }
    // Nothing but the depth is wrong with these.
    for (depth, status) in [(32, 200), (33, 400), (1_000, 400), (100_000, 400)] {
        let nested = format!("{}userName pr{}", "(".repeat(depth), ")".repeat(depth));
        let reply = api.scim("POST", "/Users/.search", search(json!({"filter": nested}))).await;
        assert_eq!(reply.status, status, "{depth} levels: {}", reply.body);
    }
}

#[tokio::test]
async fn cve_2026_48170_the_names_of_other_languages_are_only_names() {
    let api = Api::start("custom").await;
    let ada = person(&api, "ada").await;
    let path = format!("/Users/{}", id(&ada));
    for name in
        ["__proto__", "constructor", "prototype", "constructor.prototype", "__proto__.isAdmin", "toString"]
    {
        let operation = json!([{"op": "add", "path": name, "value": {"isAdmin": true}}]);
        let reply = api.scim("PATCH", &path, patch(operation)).await;
        reply.refused(400, Some("invalidPath"));
        let reply =
            api.scim("PATCH", &path, patch(json!([{"op": "add", "value": {name: {"isAdmin": true}}}]))).await;
        assert!([200, 400].contains(&reply.status.as_u16()), "{name}: {}", reply.body);
        let body =
            json!({"schemas": [USER], "userName": "ada", name: {"isAdmin": true}, "name": {name: "x"}});
        let after = api.scim("PUT", &path, body).await.expect(200, "unknown names are left out");
        assert!(!after.to_string().contains("isAdmin"), "{after}");
    }
    assert_eq!(read(&api, &path).await, ada, "she is as she was");
}

#[tokio::test]
async fn keycloak_46658_the_path_says_who_is_meant_never_the_body() {
    let api = Api::start("custom").await;
    let (ada, bob) = (person(&api, "ada").await, person(&api, "bob").await);
    // RFC 7643 section 2.1: the case of an attribute's name does not matter.
    for name in ["id", "ID", "Id"] {
        let body = json!({"schemas": [USER], name: bob["id"], "userName": "mallory"});
        api.scim("PUT", &format!("/Users/{}", id(&ada)), body).await.refused(400, Some("mutability"));
        for person in [&ada, &bob] {
            let stored = read(&api, &format!("/Users/{}", id(person))).await;
            assert_eq!(stored, *person, "{name}: neither of them is changed");
        }
        let body = json!({"schemas": [USER], name: ada["id"], "userName": "ada"});
        api.scim("PUT", &format!("/Users/{}", id(&ada)), body).await.expect(200, "her own id");
    }
}

#[tokio::test]
async fn keycloak_47536_no_attribute_makes_an_admin() {
    let api = Api::start("custom").await;
    with_admin(&api).await;
    let body = json!({"schemas": [USER, ENTERPRISE], "userName": "eve", "userType": "Admin", "role": "admin", "admin": true,
                      "roles": [{"value": "admin", "primary": true}], "entitlements": [{"value": "admin"}]});
    let eve = id(&api.scim("POST", "/Users", body).await.expect(201, "created"));
    group(&api, "Admins", &[&eve]).await;
    group(&api, "Administrators", &[&eve]).await;
    let shown = api.command("people.show", json!({"id": eve})).await;
    let role = shown.get("role").or_else(|| shown["row"].get("role")).unwrap();
    assert_eq!(*role, "member", "{shown}");
}

#[tokio::test]
async fn fusionauth_2784_adding_a_member_to_a_large_group_removes_no_one() {
    let api = Api::start("custom").await;
    let operations: Vec<Value> = (0..600)
        .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": {"userName": format!("p{n}")}}))
        .collect();
    api.scim("POST", "/Bulk", crate::requests::bulk(operations)).await.expect(200, "600 people");
    let mut ids = Vec::new();
    for start in [1, 501] {
        ids.extend(
            read(&api, &format!("/Users?count=500&startIndex={start}")).await["Resources"]
                .as_array()
                .unwrap()
                .iter()
                .map(id),
        );
    }
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let path = format!("/Groups/{}", id(&group(&api, "All", &all[..599]).await));
    let add = patch(json!([{"op": "add", "path": "members", "value": [{"value": ids[599]}]}]));
    api.scim("PATCH", &path, add).await.expect(200, "one more");
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(values(&read(&api, &path).await["members"]), sorted, "all are still in it");
    let rename = patch(json!([{"op": "replace", "path": "displayName", "value": "All of them"}]));
    api.scim("PATCH", &path, rename).await.expect(200, "renamed");
    let out = patch(json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}]));
    api.scim("PATCH", &path, out).await.expect(200, "one less");
    assert_eq!(values(&read(&api, &path).await["members"]).len(), 599);
}

#[tokio::test]
async fn tooljet_16217_an_empty_token_matches_nothing() {
    let api = Api::start("custom").await;
    for value in [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer undefined",
        "Bearer \"\"",
        "bearer",
        "Bearer fdn_",
        "Bearer fdn__",
    ] {
        let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
            .header("authorization", value)
            .body(Body::empty())
            .unwrap();
        api.send(request).await.refused(401, None);
    }
}

#[tokio::test]
async fn gravitee_8290_of_many_who_create_the_same_person_one_succeeds() {
    let api = Arc::new(Api::start("custom").await);
    for round in 0..5 {
        let body = json!({"schemas": [USER], "userName": format!("ada{round}")});
        let mut calls = JoinSet::new();
        for _ in 0..16 {
            let (api, body) = (Arc::clone(&api), body.clone());
            calls.spawn(async move { api.scim("POST", "/Users", body).await });
        }
        let replies = calls.join_all().await;
        let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201, "one of them: {statuses:?}");
        assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
        for reply in replies.into_iter().filter(|reply| reply.status == 409) {
            reply.refused(409, Some("uniqueness"));
        }
        let found = read(&api, &format!("/Users?filter=userName%20eq%20%22ada{round}%22")).await;
        assert_eq!(found["totalResults"], 1, "MS Q&A 1151866: and a filter finds it after the 409");
    }
}

/// The answer to a POST was lost, and its client sends it again.
#[tokio::test]
async fn ms_qa_1151866_after_a_409_every_look_up_of_a_client_finds_the_person() {
    let api = Api::start("azure").await;
    let body = json!({"schemas": [USER], "userName": "ada@x.org", "externalId": "4f1e", "active": true,
                      "emails": [{"value": "ada@x.org", "type": "work", "primary": true}]});
    let ada = id(&api.scim("POST", "/Users", body.clone()).await.expect(201, "the answer is lost"));
    api.scim("POST", "/Users", body).await.refused(409, Some("uniqueness"));
    for filter in [
        "userName eq \"ADA@x.org\"",
        "externalId eq \"4f1e\"",
        "emails[type eq \"work\"].value eq \"ada@x.org\"",
        "userName eq \"ada@x.org\" and active eq true",
    ] {
        let found = read(&api, &format!("/Users?filter={}", percent(filter))).await;
        assert_eq!(found["Resources"][0]["id"], ada, "{filter}: {found}");
    }
}

#[tokio::test]
async fn spotify_2013_names_that_look_alike_are_folded_the_same_way_everywhere() {
    let api = Api::start("custom").await;
    // The Kelvin sign, full width letters, a small capital with a compatibility form, the sharp s.
    for (stored, alike) in
        [("kim", "\u{212a}im"), ("big", "\u{ff22}ig"), ("strasse", "stra\u{df}e"), ("\u{1d2e}ox", "box")]
    {
        let made = person(&api, stored).await;
        let reply = api.scim("POST", "/Users", json!({"schemas": [USER], "userName": alike})).await;
        reply.refused(409, Some("uniqueness"));
        let found =
            read(&api, &format!("/Users?filter={}", percent(&format!("userName eq \"{alike}\"")))).await;
        assert_eq!(names(&found), [stored], "{alike} finds {stored}");
        assert_eq!(made["userName"], stored, "and what was sent is what is stored");
    }
    // The dotless i is another letter (CVE-2019-19844 is about taking it for one).
    person(&api, "mike@x.org").await;
    person(&api, "m\u{131}ke@x.org").await;
}

#[tokio::test]
async fn keycloak_50475_what_can_be_long_has_an_end() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let many: Vec<Value> =
        (0..1_001).map(|_| json!({"op": "replace", "path": "title", "value": "x"})).collect();
    api.scim("PATCH", &path, patch(many)).await.refused(413, None);
    let long = json!([{"op": "replace", "path": "a".repeat(20_000), "value": "x"}]);
    assert_eq!(api.scim("PATCH", &path, patch(long)).await.status, 400);
    let emails: Vec<Value> = (0..5_000).map(|n| json!({"value": format!("{n}@x.org")})).collect();
    let reply =
        api.scim("POST", "/Users", json!({"schemas": [USER], "userName": "b", "emails": emails})).await;
    reply.refused(400, Some("invalidValue"));
    let list = vec!["userName"; 300].join(",");
    assert_eq!(api.scim("GET", &format!("/Users?attributes={list}"), None).await.status, 400, "300 names");
}

#[tokio::test]
async fn log_injection_what_clients_send_stays_one_line_and_plain() {
    let api = Api::start("custom").await;
    let evil = "Eve\r\nFAKE: line\u{1b}[31m\u{202e}";
    let request = Request::get(format!("/scim/v2/{}/Users?x={}", api.connection_id, percent(evil)))
        .header("authorization", format!("Bearer {}", api.token))
        .header("user-agent", "agent\tx")
        .body(Body::empty())
        .unwrap();
    api.send(request).await.expect(200, "an unknown parameter");
    let reply = api.scim("POST", "/Users", json!({"schemas": [USER], "userName": evil})).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    for (name, value) in &reply.headers {
        assert!(!value.as_bytes().iter().any(|byte| *byte < 0x20 || *byte == 0x7f), "{name} is plain");
    }
    let detail =
        api.scim("GET", &format!("/Users/{}", percent("<script>alert(1)</script>\u{1b}[2J")), None).await;
    assert!(!detail.body.to_string().contains('\u{1b}'), "{}", detail.body);
}

#[tokio::test]
async fn rustsec_2025_0055_no_control_character_of_a_client_is_in_the_log_of_the_program() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let _listening = tracing_subscriber::fmt()
        .with_writer(Arc::new(file.reopen().unwrap()))
        .with_ansi(false)
        .with_env_filter("warn,server=trace,store=trace,foundational=trace,scim=trace,idp=trace")
        .finish()
        .set_default();
    let api = Api::start("custom").await;
    let evil = "Marker\u{1b}[31m\u{1b}]0;title\u{7}\r\nFAKE line\u{9b}2J";
    let ada = id(&person(&api, "ada").await);
    for (method, path, body) in [
        ("GET", format!("/Users/{}", percent(evil)), None),
        ("GET", format!("/Users?filter={}", percent(&format!("userName eq \"{evil}\""))), None),
        ("GET", format!("/Users?sortBy={}", percent(evil)), None),
        ("POST", "/Users".to_owned(), Some(json!({"schemas": [USER, evil], "userName": evil, evil: evil}))),
        ("PATCH", format!("/Users/{ada}"), Some(patch(json!([{"op": evil, "path": evil, "value": evil}])))),
        (
            "POST",
            "/Bulk".to_owned(),
            Some(crate::requests::bulk(json!([{"method": "POST", "path": evil, "bulkId": evil}]))),
        ),
    ] {
        let reply = api.scim(method, &path, body).await;
        assert!(reply.status.as_u16() < 500, "{method} {path}: {}", reply.body);
    }
    let mut log = String::new();
    std::io::Read::read_to_string(&mut file, &mut log).unwrap();
    assert!(log.matches("exchange{request=").count() >= 6, "each of them is in the log: {log}");
    assert!(!log.contains("FAKE line\u{9b}") && !log.contains("\nFAKE"), "no line of a client: {log}");
    let odd = log.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(odd, None, "and no control character: {log}");
}
