//! A password is taken, dropped, and nowhere afterwards (RFC 7643 section 9.2, RFC 7644 section 7.5.2).

use serde_json::json;
use tests::Api;

use crate::canaries::{files, with};
use crate::requests::{USER, bulk, id, patch, person, read, search};

const CANARY: &str = "Canary-7f3a-correct-horse";

#[tokio::test]
async fn a_password_is_in_no_answer_and_in_no_file() {
    let api = Api::start("custom").await;
    let body =
        json!({"schemas": [USER], "userName": "ada", "nickName": "Marker-in-a-file", "password": CANARY});
    let made = api.scim("POST", "/Users", body).await.expect(201, "a password does not hinder");
    let path = format!("/Users/{}", id(&made));
    let mut answers = vec![made];
    let body =
        json!({"schemas": [USER], "userName": "ada", "nickName": "Marker-in-a-file", "PASSWORD": CANARY});
    answers.push(api.scim("PUT", &path, body).await.expect(200, "nor on PUT"));
    for operation in [
        json!({"op": "replace", "path": "password", "value": CANARY}),
        json!({"op": "replace", "path": format!("{USER}:password"), "value": CANARY}),
        json!({"op": "add", "value": {"Password": CANARY}}),
    ] {
        answers.push(api.scim("PATCH", &path, patch(json!([operation]))).await.expect(200, "nor on PATCH"));
    }
    let posted = bulk(json!([{"method": "POST", "path": "/Users", "bulkId": "q",
        "data": {"schemas": [USER], "userName": "bob", "password": CANARY}}]));
    answers.push(api.scim("POST", "/Bulk", posted).await.expect(200, "nor in Bulk"));
    // Refused requests are recorded as well.
    let wrong = json!({"schemas": [USER], "userName": "ada", "password": CANARY});
    answers.push(api.scim("POST", "/Users", wrong).await.expect(409, "a second ada"));
    let wrong = json!({"schemas": [USER], "userName": {"x": 1}, "password": CANARY, "emails": 3});
    answers.push(api.scim("POST", "/Users", wrong).await.expect(400, "a wrong body"));
    let wrong = json!({"schemas": [USER], "userName": "c", "password": {"deep": [CANARY]}});
    answers.push(api.scim("POST", "/Users", wrong).await.body);
    let filter = format!("PassWord eq \"{CANARY}\"");
    for endpoint in ["/Users/.search", "/.search"] {
        let body = search(json!({ "filter": filter, "count": 1 }));
        answers.push(api.scim("POST", endpoint, body).await.expect(400, "nothing can be found by it"));
    }
    let selecting =
        json!([{"op": "replace", "path": format!("emails[password eq \"{CANARY}\"].value"), "value": "x"}]);
    answers.push(api.scim("PATCH", &path, patch(selecting)).await.expect(400, "nor selected"));
    let filter = format!("password%20eq%20%22{CANARY}%22");
    answers.push(api.scim("GET", &format!("/Users?filter={filter}"), None).await.expect(403, "sensitive"));
    answers.push(read(&api, &format!("{path}?attributes=password,userName")).await);
    answers.push(read(&api, "/Users").await);
    for answer in answers {
        assert!(!answer.to_string().contains(CANARY), "{answer}");
        assert!(!answer.to_string().to_lowercase().contains("\"password\":"), "not even its name: {answer}");
    }
    // The records are written in the background; the last one must be there before the folder is searched.
    api.recorded("GET", "/Users?filter=…").await;
    api.recorded("GET", "/Users").await;
    let (_, log) = api.whole_log().await;
    assert!(log.contains("Marker-in-a-file"), "the log shows what was sent");
    assert!(!log.contains(CANARY), "the log shows it nowhere");
    let files = files(api.folder());
    assert!(!with(&files, "Marker-in-a-file").is_empty(), "the search itself finds what is stored");
    assert_eq!(with(&files, CANARY), [], "no file has it, the write-ahead log included");
}

#[tokio::test]
async fn a_token_is_in_no_file_and_in_no_record() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    // Where some clients put it although it does not belong there.
    api.scim("GET", &format!("/Groups?access_token={}&count=1", api.token), None)
        .await
        .expect(200, "ignored");
    api.scim_with("GET", "/Schemas", &[("user-agent", &format!("agent/{}", api.token))], None)
        .await
        .expect(200, "read");
    let body = json!({"schemas": [USER], "userName": "bob", "unknown": format!("Bearer {}", api.token)});
    api.scim("POST", "/Users", body).await.expect(201, "created without it");
    let filter = format!("userName%20eq%20%22{}%22", api.token);
    api.scim("GET", &format!("/Users?filter={filter}"), None).await.expect(200, "no one");
    let path = format!("/Users/{}", api.token);
    api.scim("GET", &path, None).await.refused(404, None);
    api.recorded("GET", "/Users/fdn_").await;
    let recorded = api.recorded("GET", "/Groups").await;
    assert!(recorded.to_string().contains("count=1"), "the rest of the address is stored: {recorded}");
    let secret = &api.token[15..];
    let (_, log) = api.whole_log().await;
    assert!(!log.contains(secret), "no list shows it");
    assert_eq!(with(&files(api.folder()), secret), [], "only its hash is stored");
}

#[tokio::test]
async fn a_password_is_no_handle_to_search_or_sort_by() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    for filter in ["password%20pr", "password+eq+%22x%22", "userName+pr+and+not+(password+sw+%22a%22)"] {
        let reply = api.scim("GET", &format!("/Users?filter={filter}"), None).await;
        reply.refused(403, Some("sensitive"));
    }
    api.scim("GET", "/Users?sortBy=password", None).await.refused(400, Some("invalidPath"));
    let body = search(json!({"filter": "password eq \"x\""}));
    api.scim("POST", "/Users/.search", body).await.refused(400, Some("invalidFilter"));
}

#[tokio::test]
async fn an_order_to_set_nothing_but_a_password_changes_nothing() {
    let api = Api::start("custom").await;
    let ada = person(&api, "ada").await;
    let path = format!("/Users/{}", id(&ada));
    let operation = json!([{"op": "replace", "path": "password", "value": CANARY}]);
    let after = api.scim("PATCH", &path, patch(operation)).await.expect(200, "taken");
    assert_eq!(after, ada, "nothing moved, and the version neither");
}
