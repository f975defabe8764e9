//! Each provider's own guide.

use tests::TestApp;

use crate::steps::{Look, create_the_admin, inspect, open_a_wizard};

#[tokio::test]
async fn okta_and_azure_open_their_own_guides_with_the_endpoint_to_paste() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;

    for (provider, name, label) in
        [("okta", "Okta – Employees", "SCIM connector base URL"), ("azure", "Entra", "Tenant URL")]
    {
        open_a_wizard(page, Look::Past, name, provider).await;
        for step in ["create", "connect", "assign", "test"] {
            page.see_among(&format!("process-{step}"), "").await;
        }
        inspect(page, Look::Closely, &format!("wizard-{provider}-start")).await;
        page.click("wizard-start").await;
        page.see("wizard-next").await;
        inspect(page, Look::Closely, &format!("wizard-{provider}-create")).await;
        page.click("wizard-next").await;
        let endpoint = page.value("endpoint").await;
        assert!(endpoint.contains("/scim/v2/"), "{provider} is given the endpoint: {endpoint}");
        page.see_text(label).await;
        inspect(page, Look::Closely, &format!("wizard-{provider}-connect")).await;
    }
}
