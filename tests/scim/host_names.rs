//! By which name the server is called, over which protocol, and by which client (RFC 9110 sections 7.2 and 7.4, RFC 7239).

use axum::body::Body;
use axum::http::{Request, Version};
use foundational::Caller;
use serde_json::{Value, json};
use store::{Clock, Ids, Store};
use tests::{Api, Reply, never_made};

use crate::requests::read;

const PUBLIC: &str = "https://scim.company.org";

async fn publish(api: &Api, url: &str) {
    api.command("server.publicUrl", json!({ "publicUrl": url })).await;
}

/// A request through a proxy that terminated TLS and passes this Host header on.
fn by(api: &Api, host: &str, token: &str) -> Request<Body> {
    Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("host", host)
        .header("authorization", format!("Bearer {token}"))
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-forwarded-proto", "https")
        .body(Body::empty())
        .unwrap()
}

async fn status_by(api: &Api, host: &str) -> u16 {
    api.send_as_it_is(by(api, host, &api.token)).await.status.as_u16()
}

#[tokio::test]
async fn a_request_without_exactly_one_host_is_refused_at_every_address() {
    let api = Api::start("custom").await;
    for path in [format!("/scim/v2/{}/Users", api.connection_id), "/".to_owned(), "/nothing".to_owned()] {
        for hosts in [&[][..], &["a", "a"], &[""], &["a b"], &["user@a"]] {
            let mut request = Request::get(&path).header("authorization", format!("Bearer {}", api.token));
            for host in hosts {
                request = request.header("host", *host);
            }
            api.send_as_it_is(request.body(Body::empty()).unwrap()).await.refused(400, None);
        }
    }
    let second = |uri: &str| {
        Request::get(format!("{uri}/scim/v2/{}/Users", api.connection_id))
            .version(Version::HTTP_2)
            .header("authorization", format!("Bearer {}", api.token))
            .body(Body::empty())
            .unwrap()
    };
    api.send_as_it_is(second("http://127.0.0.1:8470")).await.expect(200, "HTTP/2 has its authority instead");
    api.send_as_it_is(second("")).await.refused(400, None);
}

#[tokio::test]
async fn without_a_public_address_any_name_will_do() {
    let api = Api::start("custom").await;
    for host in ["scim.company.org", "127.0.0.1:8470", "anything"] {
        assert_eq!(status_by(&api, host).await, 200, "{host}");
    }
}

#[tokio::test]
async fn another_name_than_the_public_address_is_misdirected_and_recorded_with_its_name() {
    let api = Api::start("custom").await;
    publish(&api, PUBLIC).await;
    for host in ["scim.company.org", "SCIM.Company.ORG.:443", "scim.company.org:8443", "localhost", "[::1]:1"]
    {
        assert_eq!(status_by(&api, host).await, 200, "{host} is a name of ours");
    }
    let refused = api.send_as_it_is(by(&api, "Evil.example:443", &api.token)).await;
    assert_eq!(refused.body["status"], "421", "{}", refused.body);
    let detail = refused.refused(421, None);
    assert!(!detail.contains("company"), "it does not name the right one: {detail}");
    let recorded = tests::until("it is recorded", async || {
        let rows = rows(&api).await;
        rows.into_iter().find(|row| row["status"] == 421)
    })
    .await;
    let shown = api.command("activity.show", json!({"id": recorded["id"]})).await;
    assert_eq!(shown["row"]["reason"], "host.foreign", "{shown}");
    assert!(shown["why"].as_str().unwrap().contains("It was evil.example."), "with its name: {shown}");
    for (path, token) in [("/nothing", &*api.token), ("/scim/v2/x/Users", ""), ("/", "")] {
        let request = Request::get(path)
            .header("host", "evil.example")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        api.send_as_it_is(request).await.refused(421, None);
    }
    let (without, with) = (
        api.send_as_it_is(by(&api, "evil.example", &never_made())).await,
        api.send_as_it_is(by(&api, "evil.example", &api.token)).await,
    );
    assert_eq!((without.status, without.body), (with.status, with.body), "before the token is looked at");
}

async fn rows(api: &Api) -> Vec<Value> {
    let rows = api.command("activity.list", json!({"connectionId": api.connection_id, "limit": 200})).await;
    rows["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn misdirected_requests_do_not_fill_the_log() {
    let api = Api::start("custom").await;
    publish(&api, PUBLIC).await;
    for n in 0..60 {
        let reply = api.send_as_it_is(by(&api, &format!("evil{n}.example"), "x")).await;
        assert_eq!(reply.status, 421, "each is answered");
    }
    read(&api, "/Users?count=0&marker=last").await;
    api.recorded("GET", "/Users?count=0&marker=last").await;
    let misdirected = rows(&api).await.iter().filter(|row| row["status"] == 421).count();
    assert_eq!(misdirected, 1, "the first of a minute by itself, the others of that minute together");
}

#[tokio::test]
async fn former_addresses_and_names_that_an_admin_adds_are_allowed_until_they_are_removed() {
    let api = Api::start("custom").await;
    for url in ["https://one.example", "https://two.example:8443", PUBLIC] {
        publish(&api, url).await;
    }
    api.command("server.publicUrl", json!({ "publicUrl": null })).await;
    publish(&api, PUBLIC).await;
    api.command("server.addHost", json!({"name": "Three.example:443"})).await;
    let list = api.command("server.hosts", json!({})).await;
    let names: Vec<(&str, &str)> = list["hosts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|host| (host["name"].as_str().unwrap(), host["origin"].as_str().unwrap()))
        .collect();
    let expected = [
        ("one.example", "former"),
        ("scim.company.org", "former"),
        ("three.example", "added"),
        ("two.example", "former"),
    ];
    assert_eq!(names, expected, "by name");
    for (name, _) in names {
        assert_eq!(status_by(&api, name).await, 200, "{name}");
        api.command("server.removeHost", json!({ "name": name })).await;
        let after = if name == "scim.company.org" { 200 } else { 421 };
        assert_eq!(status_by(&api, name).await, after, "{name}, off the list");
    }
    for name in ["https://a.example", "a b", "", "a/b", "a@b"] {
        let error =
            api.app.call(&Caller::Operator, "server.addHost", json!({ "name": name })).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some("name"), "{name}: {error:?}");
    }
    let removed = api.app.call(&Caller::Operator, "server.removeHost", json!({"name": "x.example"})).await;
    assert!(removed.is_err(), "it is not there");
}

/// A workspace of an earlier version has a public address and no list.
#[tokio::test]
async fn after_an_update_a_name_that_a_valid_token_uses_within_thirty_days_joins_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed("2026-11-24T10:00:00Z".parse().unwrap());
    let store = Store::open(folder.path(), clock, Ids::random()).await.unwrap();
    let done: Result<(), store::Error> = store
        .write(async move |tx| {
            tx.set("server.publicUrl", Some(PUBLIC)).await?;
            // What the migration leaves.
            tx.set("server.hostsLearnt", Some("begin")).await
        })
        .await;
    done.unwrap();
    store.close().await;
    let api = Api::start_in(folder, "custom").await;
    let list = api.command("server.hosts", json!({})).await;
    assert_eq!(list["learnsUntil"], "2026-12-24T10:00:00Z", "{list}");
    api.send_as_it_is(by(&api, "other.example", &never_made())).await.refused(421, None);
    let stranger = api.send_as_it_is(by(&api, "other.example", "")).await;
    stranger.refused(421, None);
    assert_eq!(status_by(&api, "other.example").await, 200, "a provider that called by it before is served");
    let list = api.command("server.hosts", json!({})).await;
    assert_eq!(
        (&list["hosts"][0]["name"], &list["hosts"][0]["origin"]),
        (&json!("other.example"), &json!("used"))
    );
    api.clock.advance(std::time::Duration::from_hours(30 * 24));
    assert_eq!(status_by(&api, "other.example").await, 200, "for good");
    assert_eq!(status_by(&api, "third.example").await, 421, "but no other name from then on");
    api.command("server.removeHost", json!({"name": "other.example"})).await;
    assert_eq!(status_by(&api, "other.example").await, 421, "until an Admin removes it");
}

async fn with(api: &Api, headers: &[(&str, &str)]) -> Reply {
    api.scim_with("GET", "/Users", headers, None).await
}

#[tokio::test]
async fn a_client_whose_proxy_does_not_say_who_it_is_is_on_no_list_of_addresses() {
    let api = Api::start("custom").await;
    let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null,
        "allowedAddresses": ["198.51.100.0/24"]});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    for (headers, is_allowed) in [
        (&[("x-forwarded-for", "198.51.100.7")][..], true),
        (&[("x-forwarded-for", "::ffff:198.51.100.7")], true),
        (&[("x-forwarded-for", "[::ffff:c633:6407]:4711")], true),
        (&[("x-forwarded-for", "10.0.0.1, 198.51.100.7, 127.0.0.1")], true),
        (&[("forwarded", "for=\"198.51.100.7:4711\";proto=https")], true),
        (&[("x-forwarded-for", "198.51.100.7, unknown")], false),
        (&[("x-forwarded-for", "198.51.100.7, _hidden")], false),
        (&[("x-forwarded-for", "198.51.100.7, 203.0.113.9")], false),
        (&[("x-forwarded-for", "198.51.100.7,")], false),
        (&[("forwarded", "for=198.51.100.7, for=unknown")], false),
        (&[("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "203.0.113.9")], false),
        (&[("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "198.51.100.7")], false),
        (&[("x-forwarded-proto", "https")], false),
    ] {
        let status = with(&api, headers).await.status.as_u16();
        assert_eq!(status, if is_allowed { 200 } else { 403 }, "{headers:?}");
    }
}

#[tokio::test]
async fn only_the_proxy_next_to_us_says_that_a_request_arrived_over_https() {
    let api = Api::start("custom").await;
    publish(&api, PUBLIC).await;
    for (headers, status) in [
        (&[("forwarded", "for=203.0.113.9;proto=https")][..], 200),
        (&[("forwarded", "for=\"x, proto=https\";proto=http")], 403),
        (&[("forwarded", "for=\"x;proto=https\"")], 403),
        (&[("forwarded", "proto=https, for=203.0.113.9;proto=http")], 403),
        (&[("x-forwarded-proto", "https, http")], 403),
        (&[("x-forwarded-for", "")], 403),
        (&[("forwarded", "for=\"x")], 400),
        (&[("forwarded", "proto=http"), ("x-forwarded-proto", "https")], 400),
    ] {
        assert_eq!(with(&api, headers).await.status.as_u16(), status, "{headers:?}");
    }
}
