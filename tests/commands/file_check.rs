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
async fn the_doctor_reports_what_cannot_be_read_and_does_its_other_checks() {
    let api = Api::start("custom").await;
    for number in 0..200 {
        let name = format!("{NAME} {number}");
        api.scim("POST", "/Users", json!({"userName": name, "displayName": name}))
            .await
            .expect(201, "a person");
    }
    api.app.close().await;
    let file = api.folder().join("foundational.db");
    let mut damaged = std::fs::read(&file).unwrap();
    for page in damaged.chunks_mut(4096) {
        let holds =
            |name: &str| page.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name.as_bytes()));
        if holds(NAME) {
            page[0] = 0x5a;
        }
    }
    std::fs::write(&file, &damaged).unwrap();
    let options = Options { data: api.folder().to_owned(), listen: None, public_url: None, insist: false };
    let app = Foundational::open_at(options, api.clock.clone(), Ids::random()).await.expect("it opens");
    let found = doctor(&app).await;
    assert!(found.contains("can't be checked: "), "what is damaged is a finding: {found}");
    assert!(found.contains("No public address is set"), "and the other checks are done: {found}");
    app.close().await;
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
