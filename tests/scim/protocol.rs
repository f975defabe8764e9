//! Methods, paths, media types (RFC 7644 sections 3.1, 3.2, 3.8, 3.11, 3.12; RFC 9110 for HEAD and OPTIONS).

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::Api;

use crate::requests::{USER, group, id, person, read};

#[tokio::test]
async fn me_is_501_whatever_is_asked() {
    let api = Api::start("custom").await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let body =
            (method != "GET" && method != "DELETE").then(|| json!({"schemas": [USER], "userName": "x"}));
        let detail = api.scim(method, "/Me", body).await.refused(501, None);
        assert!(detail.contains("/Users"), "{method}: the refusal says what to use: {detail}");
    }
    api.scim("GET", "/Me/x", None).await.refused(404, None);
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_405_with_allow() {
    let api = Api::start("custom").await;
    let ada = format!("/Users/{}", id(&person(&api, "ada").await));
    let crew = format!("/Groups/{}", id(&group(&api, "Crew", &[]).await));
    let resource = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
    for (path, allow) in [
        ("/Users", "GET, HEAD, POST, OPTIONS"),
        ("/Groups", "GET, HEAD, POST, OPTIONS"),
        (&*ada, resource),
        (&*crew, resource),
        ("/.search", "POST, OPTIONS"),
        ("/Users/.search", "POST, OPTIONS"),
        ("/Groups/.search", "POST, OPTIONS"),
        ("/Bulk", "POST, OPTIONS"),
        ("/Schemas", "GET, HEAD, OPTIONS"),
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "CONNECT"] {
            let allowed = allow.split(", ").any(|word| word == method);
            if allowed {
                continue;
            }
            let reply = api.scim(method, path, None).await;
            assert_eq!(
                reply.headers.get("allow").map(|v| v.to_str().unwrap()),
                Some(allow),
                "{method} {path}"
            );
            assert!(reply.refused(405, None).contains(method), "the refusal names the method");
        }
        let options = api.scim("OPTIONS", path, None).await;
        assert_eq!((options.status.as_u16(), &options.body), (204, &Value::Null), "OPTIONS {path}");
        assert_eq!(options.headers["allow"], allow, "OPTIONS {path} says the same");
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let api = Api::start("custom").await;
    let ada = format!("/Users/{}", id(&person(&api, "ada").await));
    for path in
        [&*ada, "/Users", "/Groups?count=1", "/Schemas", "/ServiceProviderConfig", "/ResourceTypes/User"]
    {
        let (get, head) = (api.scim("GET", path, None).await, api.scim("HEAD", path, None).await);
        assert_eq!((head.status, &head.body), (get.status, &Value::Null), "HEAD {path}");
        for name in ["content-type", "etag", "location"] {
            assert_eq!(head.headers.get(name), get.headers.get(name), "HEAD {path}: {name}");
        }
        let length = head.headers.get("content-length").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            length,
            Some(get.body.to_string().len().to_string()),
            "HEAD {path} tells the length of GET"
        );
    }
    let missing = api.scim("HEAD", "/Users/none", None).await;
    assert_eq!((missing.status.as_u16(), missing.body), (404, Value::Null), "an error has none either");
}

#[tokio::test]
async fn an_unknown_path_is_404_that_says_what_there_is() {
    let api = Api::start("custom").await;
    for path in [
        "",
        "/",
        "/users",
        "/USERS",
        "/User",
        "/Users/a/b",
        "/Nothing",
        "/v2/Users",
        "/Bulk/1",
        "/Schemas/a/b",
    ] {
        let detail = api.scim("GET", path, None).await.refused(404, None);
        assert!(detail.contains("/Users") || path.starts_with("/Schemas"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn both_media_types_are_taken_with_and_without_a_charset() {
    let api = Api::start("custom").await;
    for (n, kind) in [
        "application/scim+json",
        "application/json",
        "application/scim+json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/SCIM+JSON",
        "application/scim+json ; charset=\"utf-8\"; odata=verbose",
    ]
    .into_iter()
    .enumerate()
    {
        let request = Request::post(format!("/scim/v2/{}/Users", api.connection_id))
            .header("authorization", format!("Bearer {}", api.token))
            .header("content-type", kind)
            .body(Body::from(json!({"schemas": [USER], "userName": format!("p{n}")}).to_string()))
            .unwrap();
        api.send(request).await.expect(201, kind);
    }
    let bare = Request::post(format!("/scim/v2/{}/Users", api.connection_id))
        .header("authorization", format!("Bearer {}", api.token))
        .body(Body::from(json!({"schemas": [USER], "userName": "bare"}).to_string()))
        .unwrap();
    api.send(bare).await.expect(201, "no type at all");
    api.scim_with("GET", "/Users", &[("content-type", "text/plain")], None)
        .await
        .expect(200, "none matters on GET");
    for kind in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"]
    {
        let request = Request::post(format!("/scim/v2/{}/Users", api.connection_id))
            .header("authorization", format!("Bearer {}", api.token))
            .header("content-type", kind)
            .body(Body::from("{}"))
            .unwrap();
        assert!(api.send(request).await.refused(415, None).contains("application/scim+json"), "{kind}");
    }
}

#[tokio::test]
async fn the_answer_is_scim_json_unless_only_json_is_accepted() {
    let api = Api::start("custom").await;
    let (scim, json) = ("application/scim+json", "application/json");
    for (accept, wanted) in [
        ("*/*", scim),
        ("application/scim+json", scim),
        ("application/json", json),
        ("application/json; charset=utf-8", json),
        ("application/json, application/scim+json", scim),
        ("application/json, */*;q=0.1", scim),
        ("application/json, text/plain, */*", scim),
        ("application/*", scim),
        ("text/html", scim),
        ("nonsense", scim),
    ] {
        let reply = api.scim_with("GET", "/Users", &[("accept", accept)], None).await;
        assert_eq!(
            (reply.status.as_u16(), reply.headers["content-type"].as_bytes()),
            (200, wanted.as_bytes()),
            "{accept}: {reply:?}"
        );
        let reply = api.scim_with("GET", "/Users/none", &[("accept", accept)], None).await;
        assert_eq!(
            (reply.status.as_u16(), reply.headers["content-type"].as_bytes()),
            (404, wanted.as_bytes()),
            "{accept}"
        );
    }
    assert_eq!(api.scim("GET", "/Users", None).await.headers["content-type"], scim, "no Accept at all");
}

#[tokio::test]
async fn every_answer_forbids_keeping_and_guessing_and_names_the_request() {
    let api = Api::start("custom").await;
    let mut seen = Vec::new();
    for (method, path) in
        [("GET", "/Users"), ("GET", "/nothing"), ("DELETE", "/Users/x"), ("OPTIONS", "/Users")]
    {
        let reply = api.scim(method, path, None).await;
        assert_eq!(reply.headers["cache-control"], "no-store", "{method} {path}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{method} {path}");
        let id = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(!seen.contains(&id), "each request has an id of its own");
        seen.push(id);
        for name in ["access-control-allow-origin", "server", "set-cookie", "x-powered-by"] {
            assert!(!reply.headers.contains_key(name), "{name} is not sent");
        }
    }
}

#[tokio::test]
async fn no_safe_method_changes_anything_whatever_its_body_says() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let crew = id(&group(&api, "Crew", &[&ada]).await);
    let ada = read(&api, &format!("/Users/{ada}")).await;
    let before = read(&api, &format!("/Groups/{crew}")).await;
    for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
        for path in [
            format!("/Users/{}", id(&ada)),
            format!("/Groups/{crew}"),
            "/Users".to_owned(),
            "/Bulk".to_owned(),
        ] {
            for body in [
                json!({"userName": "eve", "active": false, "displayName": "Taken over", "members": []}),
                crate::requests::patch(json!([{"op": "remove", "path": "members"}])),
                crate::requests::bulk(json!([{"method": "DELETE", "path": format!("/Users/{}", id(&ada))}])),
            ] {
                let reply = api.scim(method, &path, body).await;
                assert!(reply.status.as_u16() < 500, "{method} {path}: {}", reply.body);
            }
        }
    }
    assert_eq!(
        read(&api, &format!("/Users/{}", id(&ada))).await,
        ada,
        "the person is as before, with the same version"
    );
    assert_eq!(read(&api, &format!("/Groups/{crew}")).await, before, "and so is the group");
    assert_eq!(read(&api, "/Users").await["totalResults"], 1, "and there is no one else");
}

#[tokio::test]
async fn unknown_query_parameters_are_ignored() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    for query in ["?aadOptscim062020", "?foo=bar&baz", "?&&", "?count=1&x[]=3", "?COUNT=1"] {
        assert_eq!(read(&api, &format!("/Users{query}")).await["totalResults"], 1, "{query}");
    }
}

#[tokio::test]
async fn locations_are_built_from_the_configured_address_never_from_a_header() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let shown = api.command("connection.show", json!({"id": api.connection_id})).await;
    let base = shown["endpoint"].as_str().unwrap().to_owned();
    for headers in [
        vec![("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")],
        vec![("forwarded", "host=evil.example;proto=https")],
        vec![("x-original-url", "/admin"), ("x-rewrite-url", "/admin")],
    ] {
        let reply = api.scim_with("GET", &path, &headers, None).await;
        assert_eq!(reply.headers["location"].to_str().unwrap(), format!("{base}{path}"), "{headers:?}");
        assert!(!reply.body.to_string().contains("evil"), "{headers:?}");
    }
    let request = Request::get(format!("/scim/v2/{}{path}", api.connection_id))
        .header("host", "evil.example")
        .header("authorization", format!("Bearer {}", api.token))
        .body(Body::empty())
        .unwrap();
    let reply = api.send(request).await;
    assert!(!format!("{reply:?}").contains("evil.example"), "{reply:?}");
}
