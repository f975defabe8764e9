//! The Connect step of each wizard: an error there is shown at once, with its cause and one button, and corrected
//! from there.

use idp::rehearsal::{Dialect, Prepared};
use serde_json::json;
use store::TokenText;
use tests::{Page, TestApp};

use crate::player::{PUBLIC, Player, Transport};
use crate::wizards::evidence;

/// An endpoint pasted wrongly: how it is changed, and the cause that is shown.
pub struct Mistake {
    pub paste: fn(&str) -> String,
    pub cause: &'static str,
    /// What the admin is led to after a wrong token: a token that was sent to its own connection is in use.
    pub replace: &'static str,
}

/// A part was not marked before it was copied.
pub const CUT_SHORT: Mistake = Mistake {
    paste: |endpoint| endpoint.rsplit_once('-').expect("an id has parts").0.to_owned(),
    cause: "cut short",
    replace: "create-token",
};
/// The field there adds it by itself.
pub const DOUBLED: Mistake = Mistake {
    paste: |endpoint| endpoint.replace("/scim/v2/", "/scim/v2/scim/v2/"),
    cause: "twice",
    replace: "create-token",
};
/// The base address without the connection.
pub const WITHOUT_ID: Mistake = Mistake {
    paste: |endpoint| endpoint.rsplit_once('/').expect("an endpoint has parts").0.to_owned(),
    cause: "is missing from the address",
    replace: "create-token",
};
/// A path was added that is there already.
pub const WITH_USERS: Mistake = Mistake {
    paste: |endpoint| format!("{endpoint}/Users"),
    cause: "/Users is in the address twice",
    replace: "wizard-rotate",
};

/// From the wizard's start to its second step with a token, as the admin pastes it at the other side.
pub async fn connect(app: &TestApp, dialect: Dialect, variant: Option<&str>) -> Player {
    let page = app.page();
    app.command("server.publicUrl", json!({ "publicUrl": PUBLIC })).await;
    page.see("preflight-address").await;
    page.click("wizard-start").await;
    if let Some(variant) = variant {
        page.click(&format!("variant-{variant}")).await;
    }
    // Nothing can be seen of what is done at the other side; the admin says so.
    page.click("mark-step").await;
    page.see("step-marked").await;
    page.click("wizard-next").await;
    let endpoint = page.value("endpoint").await;
    assert!(endpoint.starts_with(&format!("{PUBLIC}/scim/v2/")), "the public address is shown: {endpoint}");
    page.click("create-token").await;
    let shown = page.value("token-value").await;
    let token = shown.trim_start_matches("Bearer ");
    page.see_text(&format!("Paste as {}", field(dialect, variant))).await;
    let wants_the_word = variant == Some("catalog-header");
    assert_eq!(shown != token, wants_the_word, "the word Bearer stands in front where the field needs it");
    page.click("copy-token-value").await;
    page.see_text("Copied").await;
    assert_eq!(app.clipboard().await, shown, "what is copied is what the field there needs");
    page.click("token-pasted").await;
    page.see("token-masked").await;
    let local = endpoint.replacen(PUBLIC, &app.local().await, 1);
    Player::new(dialect, &local, token).by(Transport::Proxy("https"))
}

/// What the field is called at the other side.
fn field(dialect: Dialect, variant: Option<&str>) -> &'static str {
    match (dialect, variant) {
        (_, Some("own-app")) => "Authorization",
        (_, Some("catalog-bearer")) => "OAuth Bearer Token",
        (_, Some("catalog-header")) => "API Token",
        (Dialect::Azure, _) => "Secret token",
        _ => "Bearer token",
    }
}

/// A wrong address, plain http, a token that is well-formed and not ours; then everything as it should be.
pub async fn see_each_mistake_fixed(
    app: &TestApp,
    player: &mut Player,
    mistake: &Mistake,
    unencrypted: Transport,
    recognised: &str,
) {
    let page = app.page();
    let first = player.next().expect("the play begins");
    see_a_wrong_address(app, player, &first, mistake).await;
    see_plain_http(page, player, &first, unencrypted).await;
    see_a_wrong_token(page, player, &first, mistake.replace).await;

    player.send(&first).await;
    page.see_attribute("live-row", "data-status", "200").await;
    for kind in ["addressReached", "https", "credentials"] {
        page.see_attribute(&evidence(kind), "data-seen", "true").await;
        page.see_attribute(&evidence(kind), "data-refused", "false").await;
    }
    page.see_attribute("rail-connect", "data-mark", "verified").await;
    page.see_no("finding").await;
    page.see_text(recognised).await;
}

async fn see_a_wrong_address(app: &TestApp, player: &Player, first: &Prepared, mistake: &Mistake) {
    let page = app.page();
    let wrong = (mistake.paste)(player.endpoint());
    assert_eq!(player.send_to(first, &wrong).await, 404, "{wrong} is no address");
    page.see_attribute("live-row", "data-status", "404").await;
    page.see_attribute(&evidence("addressReached"), "data-refused", "true").await;
    page.see_attribute("rail-connect", "data-mark", "attention").await;
    assert!(!page.is(&evidence("credentials"), "data-seen", "true").await, "no request was accepted yet");
    let why = see_one_button(page).await;
    assert!(why.contains(mistake.cause), "the cause is what is wrong with the address: {why}");
    let right = page.value("endpoint").await;
    assert!(why.contains(&right), "the right endpoint is named: {why}");

    page.click("finding-remedy").await;
    page.wait_for_focus("endpoint").await;
    assert_eq!(app.clipboard().await, right, "the button has copied it");
}

async fn see_plain_http(page: &Page, player: &Player, first: &Prepared, way: Transport) {
    assert_eq!(player.send_by(first, way).await, 403, "plain http is refused");
    page.see_attribute("live-row", "data-status", "403").await;
    let why = see_one_button(page).await;
    assert!(
        why.contains("Nothing shows that the request arrived over HTTPS"),
        "the cause is the protocol: {why}"
    );
    page.see_attribute(&evidence("https"), "data-seen", "false").await;

    page.click("finding-remedy").await;
    page.see_attribute("rail-start", "aria-current", "step").await;
    page.wait_for_focus("change-address").await;
    page.click("rail-connect").await;
    page.see_attribute("rail-connect", "aria-current", "step").await;
}

async fn see_a_wrong_token(page: &Page, player: &Player, first: &Prepared, replace: &str) {
    let wrong = TokenText::generate().expect("there is randomness");
    assert_eq!(player.send_with(first, wrong.reveal()).await, 401, "a wrong token is refused");
    page.see_attribute("live-row", "data-status", "401").await;
    page.see_attribute(&evidence("credentials"), "data-refused", "true").await;
    let why = see_one_button(page).await;
    assert!(why.to_lowercase().contains("token"), "the cause is the token: {why}");

    page.click("finding-remedy").await;
    page.see_attribute("rail-connect", "aria-current", "step").await;
    page.wait_for_focus(replace).await;
}

/// The refusal is shown with its cause, fully visible, and with one button. Returns the cause.
async fn see_one_button(page: &Page) -> String {
    page.see("finding-remedy").await;
    let script = "const box = document.querySelector('[data-testid=finding]'); \
        const { top, bottom, left, right } = box.getBoundingClientRect(); \
        const at = document.elementFromPoint((left + right) / 2, bottom - 3); \
        const above = document.elementFromPoint((left + right) / 2, top + 3); \
        return [box.querySelectorAll('button, a').length, box.contains(at) && box.contains(above)];";
    assert_eq!(page.run(script, Vec::new()).await, json!([1, true]), "one button, and nothing is cut off");
    page.value("finding-why").await
}
