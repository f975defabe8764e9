//! The card of a finding in Diagnostics.

use foundational::views::FindingCode;
use serde_json::{Value, json};
use tests::{Page, until};

/// Finds the card in the page.
const CARD: &str = "const [code, begins, id, label] = arguments; \
    const all = [...document.querySelectorAll(`[data-testid=finding-card][data-code=\"${code}\"]`)]; \
    const card = all.find((each) => each.getAttribute('aria-label').startsWith(begins));";

/// The card of a finding.
pub struct Card {
    pub code: FindingCode,
    /// How its message begins: with the connection that was made for it, where it is about a connection.
    pub begins: String,
}

impl Card {
    fn arguments(&self, id: &str, label: Option<&str>) -> Vec<Value> {
        vec![json!(self.code), json!(self.begins), json!(id), json!(label)]
    }

    /// Shows it in Diagnostics.
    pub async fn open(&self, page: &Page) {
        page.run("location.hash = '/diagnostics'", Vec::new()).await;
        let script = format!("{CARD} return card !== undefined && card.innerText.length > 20;");
        until(&format!("{} is shown", self.code.as_str()), async || {
            (page.run(&script, self.arguments("", None)).await == true).then_some(())
        })
        .await;
    }

    /// Presses what has this test id, and this label.
    pub async fn press(&self, page: &Page, id: &str, label: Option<&str>) {
        let script = format!(
            "{CARD} const buttons = [...(card?.querySelectorAll(`[data-testid=${{id}}]`) ?? [])]; \
             const button = buttons.find((each) => label === null || each.textContent.trim() === label); \
             if (!button || button.ariaDisabled === 'true') return false; \
             button.scrollIntoView({{ block: 'center' }}); button.click(); return true;"
        );
        until(&format!("{}: {id} {label:?} can be pressed", self.code.as_str()), async || {
            (page.run(&script, self.arguments(id, label)).await == true).then_some(())
        })
        .await;
    }
}
