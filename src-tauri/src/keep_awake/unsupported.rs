//! Systems without logind: sleep cannot be prevented, and the settings say so.

#[derive(Default)]
pub(crate) struct Awake;

impl Awake {
    #[expect(clippy::unused_async, clippy::unused_self, reason = "on Linux logind is asked")]
    pub(crate) async fn hold(&self, wanted: bool) -> Result<(), String> {
        if wanted { Err("this system has no such service".to_owned()) } else { Ok(()) }
    }

    #[expect(clippy::unused_async, clippy::unused_self, reason = "on Linux logind is asked")]
    pub(crate) async fn is_held(&self) -> Option<bool> {
        None
    }
}
