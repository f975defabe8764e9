//! Requests that meet the deletion of their connection (RFC 7644 section 3.12: 404 for what is not here).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tests::Api;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_request_asks_while_its_connection_is_deleted_it_is_done_or_404() {
    for people in ["keepActive", "keepDeactivated", "delete"] {
        let api = Arc::new(Api::start("custom").await);
        let mut ids = Vec::new();
        for n in 0..60 {
            let body = json!({"userName": format!("leaver{n}")});
            let made = api.scim("POST", "/Users", body).await.expect(201, "a joiner");
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        let group = api.scim("POST", "/Groups", json!({"displayName": "All", "members": members})).await;
        let group = group.expect(201, "a group")["id"].as_str().unwrap().to_owned();
        let over = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..6)
            .map(|client| {
                let (api, over, ids, group) = (api.clone(), over.clone(), ids.clone(), group.clone());
                tokio::spawn(async move {
                    let mut answers = Vec::new();
                    for n in 0_usize.. {
                        let person = format!("/Users/{}", ids[(n * 7 + client) % ids.len()]);
                        let change = |op: Value| json!({"schemas": [PATCH], "Operations": [op]});
                        let (method, path, body, done) = match (n + client) % 8 {
                            0 => ("POST", "/Users".to_owned(), json!({"userName": format!("new{client}-{n}")}), 201),
                            1 => ("POST", "/Groups".to_owned(), json!({"displayName": format!("g{client}-{n}")}), 201),
                            2 => ("PUT", person, json!({"userName": format!("put{client}-{n}")}), 200),
                            3 => {
                                let op = json!({"op": "replace", "path": "title", "value": format!("t{client}-{n}")});
                                ("PATCH", person, change(op), 200)
                            }
                            4 => {
                                let op = json!({"op": "add", "path": "members", "value": [{"value": ids[n % 60]}]});
                                ("PATCH", format!("/Groups/{group}"), change(op), 200)
                            }
                            5 => ("GET", "/Users?count=100".to_owned(), Value::Null, 200),
                            6 => ("GET", person, Value::Null, 200),
                            _ => ("GET", format!("/Groups/{group}"), Value::Null, 200),
                        };
                        let reply = api.scim(method, &path, (!body.is_null()).then_some(body)).await;
                        let status = reply.status.as_u16();
                        assert!(status == done || status == 404, "{people}: {method} {path}: {status} {}", reply.body);
                        if path == "/Users?count=100" && status == 200 {
                            let found = reply.body["totalResults"].as_u64().unwrap();
                            assert!(found >= 60, "{people}: a list that was answered is whole: {found}");
                        }
                        answers.push(status);
                        // Those who began before the end see what comes after it, too.
                        if over.load(Ordering::SeqCst) && status == 404 {
                            return answers;
                        }
                    }
                    answers
                })
            })
            .collect();
        api.recorded("PATCH", "/Groups").await;
        api.command("connection.delete", json!({"id": "first", "people": people})).await;
        over.store(true, Ordering::SeqCst);
        for client in clients {
            let answers = client.await.unwrap();
            let first = answers.iter().position(|status| *status == 404).unwrap();
            assert!(
                answers[first..].iter().all(|status| *status == 404),
                "{people}: after the first 404 there is nothing else"
            );
        }
    }
}
