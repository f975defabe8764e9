//! SQL in what clients send: it is a value like any other.

use serde_json::json;
use tests::Api;

use crate::canaries::files;
use crate::requests::{USER, group, id, names, patch, percent, person, read};

const SQL: [&str; 7] = [
    "x' OR '1'='1",
    "'; DROP TABLE person; --",
    "\u{2019} OR 1=1 --",
    "x\\' OR 1=1 /*",
    "%' OR user_name_fold LIKE '%",
    "1); DELETE FROM token WHERE (1=1",
    "' UNION SELECT password_hash FROM person --",
];

#[tokio::test]
async fn sql_in_a_value_is_stored_and_found_as_that_value_alone() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    let crew = id(&group(&api, "Crew", &[]).await);
    for (n, sql) in SQL.into_iter().enumerate() {
        let body = json!({"schemas": [USER], "userName": sql, "externalId": sql, "title": sql,
                          "emails": [{"value": sql, "type": "work"}]});
        let made = id(&api.scim("POST", "/Users", body).await.expect(201, sql));
        for attribute in ["userName", "externalId", "title", "emails.value", "emails[type eq \"work\"].value"]
        {
            for operator in ["eq", "sw", "co", "ew"] {
                let filter = format!("{attribute} {operator} {}", json!(sql));
                let found = read(&api, &format!("/Users?filter={}", percent(&filter))).await;
                assert_eq!(names(&found), [sql], "{filter}");
            }
        }
        let sent = percent(sql);
        // A slash, a backslash and a per cent sign are in no address, however they are written.
        let (id_status, id_type) = if ["%2F", "%5C", "%25"].iter().any(|code| sent.contains(code)) {
            (400, Some("invalidPath"))
        } else {
            (404, None)
        };
        for (path, status, scim_type) in [
            (format!("/Users?sortBy={sent}"), 400, Some("invalidPath")),
            (format!("/Users?count={sent}&startIndex={sent}"), 400, Some("invalidValue")),
            (format!("/Users?cursor={sent}"), 400, Some("invalidCursor")),
            (format!("/Users?attributes={sent}"), 400, Some("invalidValue")),
            (format!("/Users/{sent}"), id_status, id_type),
        ] {
            api.scim("GET", &path, None).await.refused(status, scim_type);
        }
        let member = patch(json!([{"op": "remove", "path": format!("members[value eq {}]", json!(sql))}]));
        api.scim("PATCH", &format!("/Groups/{crew}"), member).await.refused(400, Some("invalidValue"));
        let all = read(&api, "/Users?count=100").await;
        assert_eq!(all["totalResults"], json!(n + 2), "{sql}: no one is gone and no one more is there");
        assert_eq!(read(&api, &format!("/Users/{made}")).await["title"], sql);
    }
    let shown = api
        .command("people.list", json!({"sort": "name", "descending": false, "offset": 0, "limit": 50}))
        .await;
    assert_eq!(
        shown["rows"].as_array().unwrap().len(),
        SQL.len() + 1,
        "the window shows them as well: {shown}"
    );
    let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
    assert_eq!(tokens[0]["revokedAt"], json!(null), "the token is there: {tokens}");
}

/// A concatenated text is SQL only where it says so. What these files put in comes from the code or the file itself.
#[test]
fn statements_are_put_together_in_known_files_alone() {
    let folder = tests::project().join("src-tauri/crates/store/src/");
    let mut found: Vec<String> = files(&folder)
        .into_iter()
        .filter(|(_, text)| text.contains("AssertSqlSafe("))
        .map(|(name, _)| name.rsplit_once("/store/src/").unwrap().1.to_owned())
        .collect();
    found.sort();
    let known = [
        "activity_rows.rs",
        "activity_search.rs",
        "audit.rs",
        "backup/carry_over.rs",
        "backup/check.rs",
        "backup/make.rs",
        "backup/restore.rs",
        "database.rs",
        "filter_sql.rs",
        "leaver_proof.rs",
        "people_list.rs",
        "person_read.rs",
        "recorder.rs",
        "retention.rs",
        "search.rs",
        "workspace_check.rs",
    ];
    assert_eq!(found, known, "another one needs the same care");
}
