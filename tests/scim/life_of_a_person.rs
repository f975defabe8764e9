use serde_json::json;
use tests::Api;

#[tokio::test]
async fn a_person_is_created_changed_deactivated_and_deleted() {
    let api = Api::start("custom").await;
    let made = api
        .scim("POST", "/Users", json!({"userName": "ada", "displayName": "Ada"}))
        .await
        .expect(201, "create");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": false}],
    });
    let off = api.scim("PATCH", &path, patch).await.expect(200, "deactivate");
    assert_eq!(off["active"], json!(false), "she is off");
    let recorded = api.recorded("PATCH", &path).await;
    assert_eq!(recorded["row"]["sentence"], "Deactivated Ada", "and it is recorded");
    api.scim("DELETE", &path, None).await.expect(204, "delete");
    api.scim("GET", &path, None).await.refused(404, None);
}
