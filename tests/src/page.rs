//! The content of the app's window, as a person uses it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyActions, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::paths::target;
use crate::wait::{PATIENCE, within_patience};

/// The window as the app opens it, and the smallest that it allows.
pub(crate) const USUAL: (u32, u32) = (1240, 820);
pub(crate) const SMALL: (u32, u32) = (960, 640);

/// Finds things by their `data-testid` and waits for them.
pub struct Page {
    client: Client,
    /// Presses and filled fields so far.
    acts: AtomicUsize,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, acts: AtomicUsize::new(0) }
    }

    /// Waits until a thing is there and can be seen.
    pub async fn see(&self, id: &str) -> Element {
        self.until(&format!("{id} is on the screen"), async || self.shown(id).await).await
    }

    /// Waits until a thing is not there, or cannot be seen any more.
    pub async fn see_no(&self, id: &str) {
        self.until(&format!("{id} is off the screen"), async || self.shown(id).await.is_none().then_some(()))
            .await;
    }

    /// How many things of this id are on the screen at this moment.
    pub async fn count(&self, id: &str) -> usize {
        limited(self.client.find_all(Locator::Css(&selector(id)))).await.expect("they can be counted").len()
    }

    /// Clicks, once the thing is there and enabled. Tries again when it moved or was drawn again in between.
    pub async fn click(&self, id: &str) {
        self.acts.fetch_add(1, Ordering::Relaxed);
        self.until(&format!("{id} can be clicked"), async || {
            let element = self.shown(id).await?;
            let enabled = limited(element.is_enabled()).await.ok()?;
            if enabled && limited(element.click()).await.is_ok() {
                return Some(());
            }
            // The driver does not always scroll the column that the thing is in.
            let script = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' });";
            self.run(script, vec![selector(id).into()]).await;
            None
        })
        .await;
    }

    /// Clicks the thing of this id that has an attribute of this value.
    pub async fn click_one(&self, id: &str, name: &str, value: &str) {
        self.acts.fetch_add(1, Ordering::Relaxed);
        let wanted = format!("{}[{name}=\"{value}\"]", selector(id));
        self.until(&format!("{id} with {name}=\"{value}\" can be clicked"), async || {
            let element = limited(self.client.find(Locator::Css(&wanted))).await.ok()?;
            limited(element.click()).await.ok()
        })
        .await;
    }

    /// Clicks on what puts the window away or ends the app. The driver's own click would wait for the next frame, which
    /// a hidden window never draws, and an app that ends does not answer: whether the click was taken is for the test
    /// to see by what comes of it.
    pub async fn click_away(&self, id: &str) {
        self.acts.fetch_add(1, Ordering::Relaxed);
        self.until(&format!("{id} can be clicked"), async || {
            let element = self.shown(id).await?;
            limited(element.is_enabled()).await.ok()?.then_some(())
        })
        .await;
        let script = "const thing = document.querySelector(arguments[0]); setTimeout(() => thing.click());";
        let _ = limited(self.client.execute(script, vec![Value::from(selector(id))])).await;
    }

    /// How many presses and filled fields it took so far.
    pub fn acts(&self) -> usize {
        self.acts.load(Ordering::Relaxed)
    }

    /// Types into a field in place of what it holds.
    pub async fn fill(&self, id: &str, text: &str) {
        self.acts.fetch_add(1, Ordering::Relaxed);
        let element = self.see(id).await;
        limited(element.clear()).await.unwrap_or_else(|error| panic!("{id} cannot be cleared: {error}"));
        limited(element.send_keys(text)).await.unwrap_or_else(|error| panic!("{id} takes no keys: {error}"));
        let held = self.value(id).await;
        assert_eq!(held, text, "{id} holds what was typed");
    }

    /// Chooses one of a field's values.
    pub async fn choose(&self, id: &str, value: &str) {
        self.acts.fetch_add(1, Ordering::Relaxed);
        let element = self.see(id).await;
        limited(element.select_by_value(value)).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(self.value(id).await, value, "{id} holds what was chosen");
    }

    /// The text of a thing, or of a field what it holds. Waits until it is not empty.
    pub async fn value(&self, id: &str) -> String {
        self.until(&format!("{id} says something"), async || {
            let element = self.shown(id).await?;
            let held = limited(element.prop("value")).await.ok()?.filter(|value| !value.is_empty());
            let text = match held {
                Some(value) => value,
                None => limited(element.text()).await.ok()?,
            };
            (!text.trim().is_empty()).then(|| text.trim().to_owned())
        })
        .await
    }

    /// Waits until an attribute of a thing has this value.
    pub async fn see_attribute(&self, id: &str, name: &str, value: &str) {
        self.until(&format!("{id} has {name}=\"{value}\""), async || {
            let element = self.shown(id).await?;
            let found = limited(element.attr(name)).await.ok()??;
            (found == value).then_some(())
        })
        .await;
    }

    /// Whether an attribute of a thing has this value at this moment.
    pub async fn is(&self, id: &str, name: &str, value: &str) -> bool {
        let element = self.see(id).await;
        limited(element.attr(name)).await.expect("it can be asked").as_deref() == Some(value)
    }

    /// Waits until so many things of this id have an attribute of this value.
    pub async fn see_count(&self, id: &str, name: &str, value: &str, count: usize) {
        let wanted = format!("{}[{name}=\"{value}\"]", selector(id));
        self.until(&format!("{count} of {id} have {name}=\"{value}\""), async || {
            let found = limited(self.client.find_all(Locator::Css(&wanted))).await.ok()?;
            (found.len() == count).then_some(())
        })
        .await;
    }

    /// Waits until one of several things of this id contains the text, and gives all of its text. The page is asked,
    /// because the driver treats rows of a scrolled list as hidden.
    pub async fn see_among(&self, id: &str, text: &str) -> String {
        self.until(&format!("one of {id} says \"{text}\""), async || {
            for element in limited(self.client.find_all(Locator::Css(&selector(id)))).await.ok()? {
                let shown = limited(element.prop("innerText")).await.ok().flatten().unwrap_or_default();
                if shown.contains(text) {
                    return Some(shown);
                }
            }
            None
        })
        .await
    }

    /// Waits until the page says this somewhere.
    pub async fn see_text(&self, text: &str) {
        self.until(&format!("the page says \"{text}\""), async || {
            let body = limited(self.client.find(Locator::Css("body"))).await.ok()?;
            let shown = limited(body.prop("innerText")).await.ok()??;
            shown.contains(text).then_some(())
        })
        .await;
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        limited(self.client.execute(script, arguments))
            .await
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// Runs a script again and again until it gives something.
    pub async fn see_value(&self, script: &str) -> Value {
        self.until(script, async || Some(self.run(script, Vec::new()).await).filter(|value| !value.is_null()))
            .await
    }

    /// Runs a script that calls its last argument with its result when it is done.
    pub(crate) async fn run_until_done(&self, script: &str, arguments: Vec<Value>) -> Value {
        limited(self.client.execute_async(script, arguments))
            .await
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// Looks at the screen in both themes, as large as the app opens and as small as it may become: it breaks no
    /// accessibility rule.
    pub async fn inspect(&self, name: &str) {
        for size in [SMALL, USUAL] {
            self.resize(size).await;
            for theme in ["light", "dark"] {
                let before = self.theme(theme).await;
                let breaks = self.accessibility_breaks().await;
                assert_eq!(
                    breaks,
                    json!([]),
                    "{name}, {theme}, {size:?}: rules that the screen breaks: {breaks:#}"
                );
                self.theme(&before).await;
            }
        }
    }

    /// Sets the theme, if one is given, waits until everything that moves to an end has got there and is drawn, and
    /// says which theme it was.
    pub(crate) async fn theme(&self, theme: &str) -> String {
        let script = "const [theme, done] = arguments; const root = document.documentElement; \
            const was = root.dataset.theme ?? ''; if (theme) root.dataset.theme = theme; \
            const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => done(was))); \
            const ends = (a) => Number.isFinite(a.effect.getComputedTiming().endTime); \
            const moving = root.getAnimations({ subtree: true }).filter(ends); \
            Promise.all(moving.map((a) => a.finished.catch(() => {}))).then(drawn);";
        self.run_until_done(script, vec![Value::from(theme)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until everything that moves to an end has got there, and what is on the screen is drawn.
    pub async fn settled(&self) {
        self.theme("").await;
    }

    /// What is on the screen, as it is.
    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        limited(self.client.screenshot()).await.expect("a picture can be taken")
    }

    /// Makes the window this large.
    pub async fn resize(&self, (width, height): (u32, u32)) {
        limited(self.client.set_window_size(width, height)).await.expect("the window can be resized");
        let script = "return [window.innerWidth, window.innerHeight];";
        self.until("the window has its size", async || {
            (self.run(script, Vec::new()).await == json!([width, height])).then_some(())
        })
        .await;
    }

    /// Takes the pointer to where nothing shows that it is there.
    pub(crate) async fn rest(&self) {
        let corner = PointerAction::MoveTo { duration: None, x: 0.0, y: 0.0 };
        let pointer = MouseActions::new("mouse".to_owned()).then(corner);
        limited(self.client.perform_actions(pointer)).await.expect("the pointer can be moved");
    }

    /// Plays keys.
    pub(crate) async fn act(&self, keys: KeyActions) {
        limited(self.client.perform_actions(keys)).await.expect("keys can be pressed");
    }

    /// Ends the session.
    pub(crate) async fn leave(self) -> Result<(), CmdError> {
        self.client.close().await
    }

    /// Waits for a condition. When it does not come true, saves a picture of the screen and fails.
    pub(crate) async fn until<T>(&self, what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
        if let Some(answer) = within_patience(ask).await {
            return answer;
        }
        let picture = target().join("test").join(format!("failed-{}.png", std::process::id()));
        let image = self.safe_screenshot().await;
        std::fs::create_dir_all(target().join("test")).expect("the folder can be made");
        std::fs::write(&picture, image).expect("the picture can be saved");
        panic!("waited {} s without success: {what}; see {}", PATIENCE.as_secs(), picture.display());
    }

    async fn shown(&self, id: &str) -> Option<Element> {
        let element = limited(self.client.find(Locator::Css(&selector(id)))).await.ok()?;
        limited(element.is_displayed()).await.ok()?.then_some(element)
    }
}

fn selector(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

/// The driver can block for ever; no single command may.
async fn limited<T>(command: impl Future<Output = Result<T, CmdError>>) -> Result<T, CmdError> {
    timeout(PATIENCE + Duration::from_secs(5), command).await.expect("the driver answers in time")
}
