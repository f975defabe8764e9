//! Requests made of the OpenAPI document by chance: no answer is 5xx, and each is as the document says.

use serde_json::json;
use tests::{Headless, number, schemathesis};

/// How long it lasts in `npm test`, in seconds.
const SECONDS: u64 = 15;

#[tokio::test]
async fn each_request_made_of_the_document_is_answered_as_documented() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Schemathesis").await;
    let to = (endpoint.as_str(), token.as_str());
    let document = server.command(&["openapi"]).await;
    let mut wrong = document.clone();
    wrong["components"]["headers"]["X-Request-Id"]["schema"] = json!({"type": "integer"});

    let of_one = ["--include-path", "/ServiceProviderConfig", "--phases", "coverage"];
    let run = schemathesis(&wrong, to, SECONDS, &of_one).await;
    assert!(!run.passed && run.output.contains("does not conform"), "a wrong document is found: {run:#?}");

    let seconds = number("FOUNDATIONAL_SECONDS").unwrap_or(SECONDS);
    let seed = number("FOUNDATIONAL_SEED").unwrap_or(1);
    let run = schemathesis(&document, to, seconds, &["--seed", &seed.to_string()]).await;
    assert!(run.passed, "{}", run.output);
    assert!(run.requests > 100 && run.output.contains("Stateful (in"), "it went all the way: {}", run.output);
    println!("long run: {} requests by schemathesis, 0 faults; seed {seed}", run.requests);
}
