use super::*;

/// Executes a request with a server that gives out `id-<bulkId>` and refuses userNames that begin with "bad".
fn run(body: Value) -> (Vec<String>, Map<String, Value>) {
    let Value::Object(body) = body else { panic!("a body is an object") };
    let mut run = BulkRun::new(BulkRequest::parse(body, 100).expect("a BulkRequest"));
    let mut log = Vec::new();
    let mut count = 0;
    while let Some(step) = run.next_step() {
        count += 1;
        assert!(count < 100, "a run ends");
        let name = step.data.get("userName").or(step.data.get("displayName")).and_then(Value::as_str);
        log.push(format!("{} {:?} {}", step.method, step.target, Value::Object(step.data.clone())));
        run.outcome(match name {
            Some(name) if name.starts_with("bad") => Error::uniqueness("taken").into(),
            name => BulkOutcome {
                status: if step.method == "POST" { 201 } else { 200 },
                id: name.map(|name| format!("id-{name}")),
                version: Some(format!("W/\"{count}\"")),
                ..BulkOutcome::default()
            },
        });
    }
    (log, run.into_response())
}

fn post(bulk_id: &str, path: &str, data: &Value) -> Value {
    json!({"method": "post", "path": path, "bulkId": bulk_id, "data": data})
}

fn bulk(operations: &[Value]) -> Value {
    json!({"schemas": [crate::bulk::REQUEST_URN], "Operations": operations})
}

fn statuses(response: &Map<String, Value>) -> Vec<String> {
    let operations = response["Operations"].as_array().expect("an array");
    operations.iter().map(|answer| answer["status"].as_str().expect("a string").to_owned()).collect()
}

#[test]
fn a_reference_waits_for_what_it_refers_to_in_values_and_paths() {
    let (log, response) = run(bulk(&[
        post("team", "/Groups", &json!({"displayName": "team", "members": [{"value": "bulkId:ada"}]})),
        json!({"method": "PATCH", "path": "/Users/bulkId:ada", "data": {"Operations": []}}),
        post("ada", "/Users", &json!({"userName": "ada"})),
    ]));
    assert!(log[0].contains("\"userName\":\"ada\""), "ada comes first: {log:?}");
    assert!(log[1].contains("{\"value\":\"id-ada\"}"), "the group knows her id: {log:?}");
    assert!(log[2].contains("Resource(User, \"id-ada\")"), "so does the path: {log:?}");
    assert_eq!(statuses(&response), ["201", "200", "201"], "answers are in the order of the request");
    assert_eq!(response["Operations"][0]["bulkId"], "team");
}

#[test]
fn a_cycle_of_references_is_closed_by_a_patch() {
    let (log, response) = run(bulk(&[
        post(
            "a",
            "/Groups",
            &json!({"displayName": "a", "members": [{"value": "x"}, {"value": "bulkId:b"}]}),
        ),
        post("b", "/Groups", &json!({"displayName": "b", "members": [{"value": "bulkId:a"}]})),
    ]));
    assert_eq!(log.len(), 3);
    assert!(log[0].contains("[{\"value\":\"x\"}]"), "a goes without b: {log:?}");
    assert!(log[1].contains("{\"value\":\"id-a\"}"), "b goes with a: {log:?}");
    assert!(log[2].starts_with("PATCH Resource(Group, \"id-a\")"), "then a gets b: {log:?}");
    assert!(log[2].contains("\"path\":\"members\",\"value\":[{\"value\":\"id-b\"}]"), "{log:?}");
    assert_eq!(statuses(&response), ["201", "201"]);
    assert_eq!(response["Operations"][0]["version"], "W/\"3\"", "the answer has the last version");
}

#[test]
fn two_managers_of_each_other_are_a_cycle_too() {
    let urn = crate::schema::ENTERPRISE_USER_URN;
    let manager = |name: &str| json!({"manager": {"value": format!("bulkId:{name}")}});
    let (log, _) = run(bulk(&[
        post("a", "/Users", &json!({"userName": "a", urn: manager("b")})),
        post("b", "/Users", &json!({"userName": "b", urn: manager("a")})),
        post("c", "/Users", &json!({"userName": "c", urn: manager("c")})),
    ]));
    assert!(
        log.iter().any(|line| line.contains(&format!("{urn}:manager")) && line.contains("id-b")),
        "{log:?}"
    );
    assert!(
        log.iter().any(|line| line.starts_with("PATCH Resource(User, \"id-c\")")),
        "one's own manager: {log:?}"
    );
}

#[test]
fn failures_spread_to_what_depends_on_them_and_stop_at_the_limit() {
    let operations = [
        post("bad", "/Users", &json!({"userName": "bad"})),
        post("g", "/Groups", &json!({"displayName": "g", "members": [{"value": "bulkId:bad"}]})),
        post("h", "/Groups", &json!({"displayName": "h", "members": [{"value": "bulkId:missing"}]})),
        post("ok", "/Users", &json!({"userName": "ok"})),
    ];
    let (log, response) = run(bulk(&operations));
    assert_eq!(log.len(), 2, "what depends on a failure is not tried: {log:?}");
    assert_eq!(statuses(&response), ["409", "409", "400", "201"]);
    assert_eq!(response["Operations"][2]["response"]["scimType"], "invalidValue");
    let mut limited = bulk(&operations);
    limited["failOnErrors"] = json!(2);
    assert_eq!(statuses(&run(limited).1), ["409", "409"], "the rest is neither tried nor answered");
}

#[test]
fn a_wrong_operation_fails_by_itself() {
    let (_, response) = run(bulk(&[
        json!({"method": "GET", "path": "/Users"}),
        json!({"method": "POST", "path": "/Users/1", "bulkId": "q", "data": {"userName": "x"}}),
        json!({"method": "POST", "path": "/Users", "data": {"userName": "x"}}),
        json!({"method": "PUT", "path": "/Users/1", "data": 7}),
        json!({"method": "DELETE", "path": "/Bulk"}),
        json!(5),
        json!({"method": "delete", "path": "/Users/1"}),
    ]));
    assert_eq!(statuses(&response), ["400", "400", "400", "400", "400", "400", "200"]);
}

#[test]
fn what_is_no_bulk_request_is_refused_whole() {
    let parse = |body: Value| {
        BulkRequest::parse(body.as_object().expect("an object").clone(), 2).map_err(|e| e.status)
    };
    assert_eq!(parse(json!({})).err(), Some(400));
    assert_eq!(parse(json!({"Operations": 1})).err(), Some(400));
    assert_eq!(parse(json!({"Operations": [1], "failOnErrors": 0})).err(), Some(400));
    assert_eq!(parse(json!({"schemas": ["urn:x"], "Operations": [1]})).err(), Some(400));
    assert_eq!(parse(json!({"Operations": [{"bulkId": "a"}, {"bulkId": "a"}]})).err(), Some(400));
    assert_eq!(parse(json!({"Operations": [1, 2, 3]})).err(), Some(413));
}
