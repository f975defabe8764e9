//! A password whose hash is weaker than those that are made now is hashed again at sign-in, which is when it is known.

use store::Account;

use crate::access::Access;
use crate::access::password::is_weak;
use crate::context::Room as _;
use crate::detached::detached;
use crate::error::Error;

impl Access {
    /// Begins to hash the password of an account again, behind its sign-in, where that is due. A failure is in the log; the next
    /// sign-in tries again. A passcode is replaced soon, and remains as it is.
    pub(crate) fn hash_again_if_weak(&self, account: Account, password: String) {
        let weak = account.password_hash.clone().filter(|hash| is_weak(hash));
        let Some(before) = weak.filter(|_| !account.must_choose_password) else { return };
        let access = self.clone();
        drop(detached(async move {
            let done = access.hash_again(&account, before, password).await;
            if let Err(error) = &done {
                tracing::warn!(%error, "a password was not hashed again; the next sign-in tries it");
            }
            done
        }));
    }

    async fn hash_again(&self, account: &Account, before: String, password: String) -> Result<(), Error> {
        let after = self.passwords().hash(password).await?;
        if !self.sessions().hash_again(&before, &after) {
            return Ok(());
        }
        let (id, old) = (account.id.clone(), before.clone());
        let done: Result<bool, Error> =
            self.store().write(async move |tx| Ok(tx.replace_hash(&id, &old, &after).await?)).await;
        if done.is_err() {
            self.sessions().not_hashed_again(&before);
        }
        done.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
    use serde_json::{Value, json};
    use store::{ChangeSource, Clock, Ids, Role, Store};

    use crate::access::sessions::Caller;
    use crate::app::Foundational;
    use crate::app::options::Options;
    use crate::context::Room as _;

    use super::is_weak;

    const PASSWORD: &str = "correct horse battery";

    async fn call(app: &Foundational, window: &str, command: &str, args: Value) -> Value {
        app.call(&Caller::Window(window.to_owned()), command, args).await.unwrap()
    }

    #[tokio::test]
    async fn a_hash_of_the_floor_is_replaced_behind_the_sign_in_and_ends_no_session() {
        let folder = tempfile::tempdir().unwrap();
        let floor = Params::new(19_456, 2, 1, None).unwrap();
        let floor = Argon2::new(Algorithm::Argon2id, Version::V0x13, floor);
        let weak = floor.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        let store = Store::open(folder.path(), Clock::system(), Ids::random()).await.unwrap();
        let made: Result<_, store::Error> = store
            .write(async move |tx| {
                let source = ChangeSource::default();
                tx.create_account("Ada", "ada@example.com", Role::Admin, &weak, &source).await
            })
            .await;
        made.unwrap();
        store.close().await;
        drop(store);

        let options =
            Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
        let app = Foundational::open_at(options, Clock::system(), Ids::random()).await.unwrap();
        let args =
            |remember: bool| json!({"email": "ada@example.com", "password": PASSWORD, "remember": remember});
        for (window, remember) in [("main", true), ("second", false)] {
            let status = call(&app, window, "session.signIn", args(remember)).await;
            assert_eq!(status["session"]["name"], "Ada", "a weak hash signs in: {status}");
        }
        let is_replaced = async || {
            let account = app.access().store().account_named("ada@example.com").await.unwrap().unwrap();
            !is_weak(&account.password_hash.unwrap())
        };
        let in_time = tokio::time::timeout(Duration::from_secs(60), async {
            while !is_replaced().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        in_time.await.expect("it is hashed again");
        for window in ["main", "second", "next launch"] {
            let status = call(&app, window, "workspace.status", json!({})).await;
            assert_eq!(status["session"]["name"], "Ada", "{window}: signed in, or remembered: {status}");
        }
        let status = call(&app, "third", "session.signIn", args(false)).await;
        assert_eq!(status["session"]["name"], "Ada", "the new hash is of the same password: {status}");
        app.close().await;
    }
}
