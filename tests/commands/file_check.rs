//! Damage of the workspace's file is found behind the start, and is a finding until the file is whole again.

use foundational::{Caller, Foundational, Options};
use serde_json::json;
use store::Ids;
use tests::Api;

const NAME: &str = "Canary of a page";

async fn doctor(app: &Foundational) -> String {
    app.call(&Caller::Operator, "workspace.doctor", json!({})).await.unwrap().to_string()
}

#[tokio::test]
async fn a_damaged_page_is_a_finding_until_a_check_finds_nothing() {
    let api = Api::start("custom").await;
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": NAME});
    api.scim("POST", "/Groups", body).await.expect(201, "a group");
    api.app.close().await;
    let file = api.folder().join("foundational.db");
    let whole = std::fs::read(&file).unwrap();
    let at = whole.windows(NAME.len()).position(|part| part == NAME.as_bytes()).expect("it is in the file");
    let mut damaged = whole.clone();
    // The first byte of a page says what kind it is.
    damaged[at / 4096 * 4096] = 0x5a;
    std::fs::write(&file, &damaged).unwrap();

    let open = async || {
        let options =
            Options { data: api.folder().to_owned(), listen: None, public_url: None, insist: false };
        Foundational::open_at(options, api.clock.clone(), Ids::random()).await.expect("it opens all the same")
    };
    let app = open().await;
    assert!(!doctor(&app).await.contains("is damaged"), "it was not looked at yet");
    app.data().check_file_when_due().await.unwrap();
    assert!(doctor(&app).await.contains("foundational.db in"), "the doctor names the file");
    app.close().await;

    let app = open().await;
    assert!(doctor(&app).await.contains("is damaged"), "the next start knows it before it looks");
    app.close().await;
    std::fs::write(&file, &whole).unwrap();
    let app = open().await;
    api.clock.advance(std::time::Duration::from_hours(24 * 8));
    app.data().check_file_when_due().await.unwrap();
    assert!(!doctor(&app).await.contains("is damaged"), "a whole file is no finding");
    app.close().await;
}
