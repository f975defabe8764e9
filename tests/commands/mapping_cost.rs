//! What an open Mapping page costs beside a first sync: the processor time of its answers and of the writes, in one process.

use std::fs;
use std::time::Duration;

use serde_json::json;
use tests::Api;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// How many creates a busy client sends in the five seconds between two answers of the page (`longPause` in
/// `ui/src/api/live.svelte.ts`): 200 a second.
const CREATES: u32 = 1_000;
/// How many answers are measured together.
const ANSWERS: u32 = 20;
/// An answer may take this part of what the creates take that arrive between two answers.
const PART: f64 = 0.1;

/// The processor time of this process so far, in milliseconds.
fn worked() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    // The name of the program is the second field, in brackets; user and system time are the 14th and 15th.
    let fields: Vec<&str> = text.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
    // A tick is 10 ms on every Linux that Foundational runs on.
    ticks * 10.0
}

#[tokio::test]
async fn an_open_mapping_page_costs_little_beside_a_first_sync() {
    let api = Api::start("azure").await;
    let before = worked();
    for one in 0..CREATES {
        api.clock.advance(Duration::from_millis(5));
        let person = json!({"schemas": [USER], "userName": format!("user{one}@contoso.com"), "active": "True",
            "externalId": one.to_string(), "displayName": format!("User {one}"), "preferredLanguage": "en",
            "name": {"givenName": "User", "familyName": one.to_string()}, "title": "Engineer",
            "emails": [{"primary": true, "type": "work", "value": format!("user{one}@contoso.com")}],
            "addresses": [{"type": "work", "country": "GB", "locality": "London", "postalCode": "N1"}]});
        api.scim("POST", "/Users", person).await.expect(201, "a create");
    }
    api.recorded_now().await;
    let creates = worked() - before;
    let before = worked();
    for _ in 0..ANSWERS {
        api.clock.advance(Duration::from_secs(5));
        let view = api.command("mapping.of", json!({"id": api.connection_id})).await;
        assert_eq!(view["summary"], "All attributes that an account needs arrive.");
    }
    let answer = (worked() - before) / f64::from(ANSWERS);
    let text = format!(
        "{CREATES} creates take {creates:.0} ms of processor time, one answer of the mapping {answer:.1} ms: beside 200 \
         creates a second, {:.2} % of a core",
        answer / 5_000.0 * 100.0
    );
    println!("{text}");
    assert!(answer <= creates * PART, "{text}");
}
