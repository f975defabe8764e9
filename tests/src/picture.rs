//! Pictures of the screen, without the secrets that stand on it.

use std::path::Path;

use serde_json::{Value, json};

use crate::page::{Page, SMALL, USUAL};

impl Page {
    /// Keeps a picture of the screen in each theme: `NAME-light.png` and `NAME-dark.png`.
    pub async fn picture(&self, name: &str, folder: &Path) {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        self.rest().await;
        for theme in ["light", "dark"] {
            let before = self.theme(theme).await;
            let image = self.safe_screenshot().await;
            std::fs::write(folder.join(format!("{name}-{theme}.png")), image).expect("it can be written");
            self.theme(&before).await;
        }
    }

    /// The same as small as the window may become: `NAME-small-light.png` and `NAME-small-dark.png`.
    pub async fn small_picture(&self, name: &str, folder: &Path) {
        self.resize(SMALL).await;
        self.picture(&format!("{name}-small"), folder).await;
        self.resize(USUAL).await;
    }

    /// A picture on which no token, passcode or recovery key can be read. What covers them is taken away again.
    pub(crate) async fn safe_screenshot(&self) -> Vec<u8> {
        self.cover_secrets().await;
        let image = self.screenshot().await;
        self.run(
            "for (const [thing, name, was] of window.covered ?? []) thing[name] = was; window.covered = [];",
            vec![],
        )
        .await;
        image
    }

    /// Puts dots in place of every secret on the screen: everything that looks like a token, at any place, and
    /// what the fields made for secrets hold.
    async fn cover_secrets(&self) {
        let script = "const covered = []; const token = /fdn_[0-9A-Za-z]{6,}_?[0-9A-Za-z]*/g; \
            const dots = (text) => text.replace(/[0-9A-Za-z]/g, '\\u2022'); \
            const cover = (thing, name, whole) => { const was = thing[name]; \
                const now = whole ? dots(was) : was.replace(token, (found) => 'fdn_' + dots(found.slice(4))); \
                if (now !== was) { covered.push([thing, name, was]); thing[name] = now; } }; \
            const secret = (node) => node?.closest('[data-testid=recovery-key], [data-testid=passcode]') !== null; \
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
            while (texts.nextNode()) cover(texts.currentNode, 'nodeValue', secret(texts.currentNode.parentElement)); \
            for (const field of document.querySelectorAll('input, textarea')) cover(field, 'value', secret(field)); \
            window.covered = covered; \
            const left = document.body.innerText + [...document.querySelectorAll('input')].map((f) => f.value).join(' '); \
            return (left.match(/fdn_[0-9A-Za-z]{6,}/g) ?? []).length;";
        let readable = self.run(script, Vec::<Value>::new()).await;
        assert_eq!(readable, json!(0), "no token can be read in a picture");
        // What was written is drawn before the picture is taken.
        self.theme("").await;
    }
}
