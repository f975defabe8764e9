//! The OpenAPI document says what the endpoint does: each address, each method, each answer.

use axum::body::Body;
use axum::http::Request;
use scim::ROUTES;
use serde_json::{Value, json};
use tests::{Api, Documented};

use crate::access::METHODS;
use crate::addresses::addresses;
use crate::requests::{GROUP, USER, bulk, group, id, patch, person, search};

/// The body of a request that is done.
fn body(method: &str, path: &str) -> Option<Value> {
    let resource = if path.starts_with("/Groups") {
        json!({"schemas": [GROUP], "displayName": format!("By {method}")})
    } else {
        json!({"schemas": [USER], "userName": format!("by.{method}@people.example")})
    };
    match method {
        "POST" if path.ends_with("/.search") => Some(search(json!({"count": 5}))),
        "POST" if path == "/Bulk" => {
            let data = json!({"schemas": [USER], "userName": "by.bulk@people.example"});
            Some(bulk(json!([{"method": "POST", "path": "/Users", "bulkId": "a", "data": data}])))
        }
        "POST" | "PUT" => Some(resource),
        "PATCH" => Some(patch(json!([{"op": "replace", "path": "displayName", "value": "Changed"}]))),
        _ => None,
    }
}

#[tokio::test]
async fn each_method_of_each_address_is_in_the_document_and_is_answered_as_that_says() {
    let api = Api::start("custom").await;
    let documented = Documented::standard();
    let mut operations = 0;
    for method in METHODS {
        // DELETE leaves none.
        let ada = id(&person(&api, &format!("{method}@people.example")).await);
        let crew = id(&group(&api, method, &[&ada]).await);
        for (route, path) in ROUTES.iter().zip(addresses(&ada, &crew)) {
            let reply = api.scim(method, &path, body(method, &path)).await;
            let faults = documented.faults(method, &path, &reply);
            assert!(faults.is_empty(), "{method} {path}: {faults:#?} in {}", reply.body);
            let status = reply.status.as_u16();
            if documented.operation(method, route.pattern).is_some() {
                operations += 1;
                assert!(status < 300 || route.pattern == "/Me", "{method} {path}: {}", reply.body);
            } else {
                assert_eq!(status, 405, "{method} {path}: {}", reply.body);
            }
        }
    }
    let listed = ROUTES.iter().filter_map(|route| scim::Target::parse(route.pattern));
    assert_eq!(operations, listed.map(|target| target.allowed().len()).sum::<usize>(), "all of them");
}

#[tokio::test]
async fn refusals_have_the_form_and_the_headers_of_the_document() {
    let api = Api::start("custom").await;
    let documented = Documented::standard();
    let ada = format!("/Users/{}", id(&person(&api, "ada@people.example").await));
    let long = format!("/Users?filter={}", "a".repeat(9_000));
    let taken = json!({"schemas": [USER], "userName": "ada@people.example"});
    let change = patch(json!([{"op": "replace", "path": "title", "value": "Countess"}]));
    let (old, same) = (("if-match", "W/\"99\""), ("if-none-match", "*"));
    let coding = ("content-encoding", "gzip");
    let cases = [
        ("GET", &*ada, Some(same), None, 304),
        ("GET", "/Users?filter=userName", None, None, 400),
        ("GET", "/Users?filter=password%20eq%20%22a%22", None, None, 403),
        ("GET", "/Schemas?filter=id%20pr", None, None, 403),
        ("GET", "/Users/unknown", None, None, 404),
        ("GET", "/Nothing", None, None, 404),
        ("DELETE", "/Users", None, None, 405),
        ("POST", "/Users", None, Some(&taken), 409),
        ("PATCH", &*ada, Some(old), Some(&change), 412),
        ("GET", &*long, None, None, 414),
        ("POST", "/Users", Some(coding), Some(&taken), 415),
        ("GET", "/Me", None, None, 501),
    ];
    for (method, path, header, body, status) in cases {
        let reply = api.scim_with(method, path, header.as_slice(), body.cloned()).await;
        assert_eq!(reply.status.as_u16(), status, "{method} {path}: {}", reply.body);
        let faults = documented.faults(method, path, &reply);
        assert!(faults.is_empty(), "{method} {path}: {faults:#?} in {}", reply.body);
    }
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let address = format!("/scim/v2/{}/Users", api.connection_id);
    for (token, status) in [(&*api.token, 503), ("none", 401)] {
        let request = Request::get(&address).header("authorization", format!("Bearer {token}"));
        let reply = api.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.body);
        assert_eq!(documented.faults("GET", "/Users", &reply), Vec::<String>::new());
    }
}
