//! The window, used without a mouse.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use serde_json::Value;

use crate::page::Page;

/// Keys that have no character, as `WebDriver` names them.
pub const BACKSPACE: char = '\u{E003}';
pub const TAB: char = '\u{E004}';
pub const ENTER: char = '\u{E007}';
pub const ESCAPE: char = '\u{E00C}';
pub const LEFT: char = '\u{E012}';
pub const UP: char = '\u{E013}';
pub const RIGHT: char = '\u{E014}';
pub const DOWN: char = '\u{E015}';
const CONTROL: char = '\u{E009}';
const SHIFT: char = '\u{E008}';

/// More than any screen has controls.
const FAR: usize = 60;

impl Page {
    /// Presses one key at the present focus.
    pub async fn press(&self, key: char) {
        self.keys(&[(key, true), (key, false)]).await;
    }

    /// Presses one key while Ctrl is held.
    pub async fn press_with_control(&self, key: char) {
        self.keys(&[(CONTROL, true), (key, true), (key, false), (CONTROL, false)]).await;
    }

    /// Presses one key while Shift is held.
    pub async fn press_with_shift(&self, key: char) {
        self.keys(&[(SHIFT, true), (key, true), (key, false), (SHIFT, false)]).await;
    }

    /// Types a text at the present focus.
    pub async fn type_text(&self, text: &str) {
        let mut strokes = Vec::new();
        for letter in text.chars() {
            let shifted = letter.is_uppercase() || "?@:".contains(letter);
            if shifted {
                strokes.push((SHIFT, true));
            }
            strokes.extend([(letter, true), (letter, false)]);
            if shifted {
                strokes.push((SHIFT, false));
            }
        }
        self.keys(&strokes).await;
    }

    /// Walks with Tab until this thing has the focus. Whatever has the focus on the way shows it.
    pub async fn tab_to(&self, id: &str) {
        for _ in 0..FAR {
            if self.focused().await == id {
                self.see_focus(id).await;
                return;
            }
            self.press(TAB).await;
            self.see_focus("what Tab focused").await;
        }
        panic!("{FAR} times Tab does not lead to {id}");
    }

    /// Walks with Tab until a thing of this role has the focus.
    pub async fn tab_to_role(&self, role: &str) {
        for _ in 0..FAR {
            let script = "return document.activeElement?.getAttribute('role') ?? '';";
            if self.run(script, Vec::new()).await.as_str() == Some(role) {
                return;
            }
            self.press(TAB).await;
            self.see_focus("what Tab focused").await;
        }
        panic!("{FAR} times Tab does not lead to a {role}");
    }

    /// Waits until this thing has the focus by itself, and shows it.
    pub async fn see_focused(&self, id: &str) {
        self.wait_for_focus(id).await;
        self.see_focus(id).await;
    }

    /// Waits until this thing has the focus by itself. After a press of the pointer it need not show it.
    pub async fn wait_for_focus(&self, id: &str) {
        self.until(&format!("{id} has the focus"), async || (self.focused().await == id).then_some(())).await;
    }

    /// The test id of what has the focus; empty when it has none.
    pub async fn focused(&self) -> String {
        let script = "return document.activeElement?.dataset.testid ?? '';";
        self.run(script, Vec::new()).await.as_str().unwrap_or_default().to_owned()
    }

    /// What has the focus shows it: by an outline of its own, by the edge of the box around its field, or, in a list
    /// or grid that keeps the focus for its rows, by the row.
    async fn see_focus(&self, what: &str) {
        let script = "const at = document.activeElement; if (!at || at === document.body) return ''; \
            const style = getComputedStyle(at); \
            if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return ''; \
            const box = at.closest(':focus-within:not(:focus)'); \
            const accent = document.createElement('i'); accent.style.color = 'var(--accent)'; \
            document.body.append(accent); const colour = getComputedStyle(accent).color; accent.remove(); \
            if (box && getComputedStyle(box).borderTopColor === colour) return ''; \
            if (at.matches('[role=combobox], [role=menu], [role=menuitem], [role=dialog]')) return ''; \
            return at.outerHTML.slice(0, 200);";
        let unseen = self.run(script, Vec::<Value>::new()).await;
        assert_eq!(unseen.as_str(), Some(""), "{what} shows that it has the focus");
    }

    async fn keys(&self, strokes: &[(char, bool)]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &(value, down) in strokes {
            actions = actions.then(if down { KeyAction::Down { value } } else { KeyAction::Up { value } });
        }
        self.act(actions).await;
    }
}
