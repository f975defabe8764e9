//! A password whose hash is weaker than those that are made now is hashed again at sign-in, which is when it is known. What
//! has read the hash before that is done as if it had read the new one.

use jiff::Timestamp;
use store::{Account, Tx};

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

    /// [`Tx::replace_password`], also where that password was hashed again since `account` was read.
    pub(crate) async fn replace_password(
        &self,
        tx: &mut Tx,
        account: &Account,
        hash: &str,
    ) -> Result<bool, Error> {
        if tx.replace_password(account, hash).await? {
            return Ok(true);
        }
        match self.sessions().hashed_again(account) {
            Some(account) => Ok(tx.replace_password(&account, hash).await?),
            None => Ok(false),
        }
    }

    /// [`Tx::remember_session`], also where the password was hashed again since `account` was read.
    pub(crate) async fn store_session(
        &self,
        tx: &mut Tx,
        account: &Account,
        secret_hash: &[u8],
        ends: Timestamp,
    ) -> Result<bool, Error> {
        if tx.remember_session(account, secret_hash, ends).await? {
            return Ok(true);
        }
        match self.sessions().hashed_again(account) {
            Some(account) => Ok(tx.remember_session(&account, secret_hash, ends).await?),
            None => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
    use serde_json::{Value, json};
    use store::{Account, ChangeSource, Clock, Ids, Role, Store};

    use crate::access::Access;
    use crate::access::actor::Caller;
    use crate::app::Foundational;
    use crate::app::options::Options;
    use crate::context::Room as _;
    use crate::error::Error;

    use super::is_weak;

    const PASSWORD: &str = "correct horse battery";

    async fn call(app: &Foundational, window: &str, command: &str, args: Value) -> Value {
        app.call(&Caller::Window(window.to_owned()), command, args).await.unwrap()
    }

    /// A workspace whose Admin Ada has a password hash of the floor of OWASP.
    async fn with_weak_hash(folder: &Path) -> Foundational {
        let floor = Params::new(19_456, 2, 1, None).unwrap();
        let floor = Argon2::new(Algorithm::Argon2id, Version::V0x13, floor);
        let weak = floor.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        let store = Store::open(folder, Clock::system(), Ids::random()).await.unwrap();
        let made: Result<_, store::Error> = store
            .write(async move |tx| {
                let source = ChangeSource::default();
                tx.create_account("Ada", "ada@example.com", Role::Admin, &weak, &source).await
            })
            .await;
        made.unwrap();
        store.close().await;
        drop(store);

        let options = Options { data: folder.to_owned(), listen: None, public_url: None, insist: false };
        Foundational::open_at(options, Clock::system(), Ids::random()).await.unwrap()
    }

    async fn ada(access: &Access) -> Account {
        access.store().account_named("ada@example.com").await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_hash_of_the_floor_is_replaced_behind_the_sign_in_and_ends_no_session() {
        let folder = tempfile::tempdir().unwrap();
        let app = with_weak_hash(folder.path()).await;
        let args =
            |remember: bool| json!({"email": "ada@example.com", "password": PASSWORD, "remember": remember});
        for (window, remember) in [("main", true), ("second", false)] {
            let status = call(&app, window, "session.signIn", args(remember)).await;
            assert_eq!(status["session"]["name"], "Ada", "a weak hash signs in: {status}");
        }
        let is_replaced = async || !is_weak(&ada(app.access()).await.password_hash.unwrap());
        let in_time = tokio::time::timeout(Duration::from_mins(1), async {
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

    async fn replace_password(access: &Access, read: &Account, hash: &str) -> bool {
        let (own, read, hash) = (access.clone(), read.clone(), hash.to_owned());
        let done: Result<bool, Error> =
            access.store().write(async move |tx| own.replace_password(tx, &read, &hash).await).await;
        done.unwrap()
    }

    #[tokio::test]
    async fn an_act_that_has_read_the_hash_before_it_is_replaced_is_done_nevertheless() {
        let folder = tempfile::tempdir().unwrap();
        let app = with_weak_hash(folder.path()).await;
        let access = app.access();
        let read = ada(access).await;
        let before = read.password_hash.clone().unwrap();
        access.hash_again(&read, before.clone(), PASSWORD.to_owned()).await.unwrap();
        assert_ne!(ada(access).await.password_hash, Some(before), "it is replaced");

        access.remember_session(&Caller::Window("main".to_owned()), &read).await.unwrap();
        let status = call(&app, "next launch", "workspace.status", json!({})).await;
        assert_eq!(status["session"]["name"], "Ada", "she is remembered: {status}");
        assert!(replace_password(access, &read, "$3").await, "she has another password");
        assert!(!replace_password(access, &read, "$4").await, "the former one permits nothing any more");
        app.close().await;
    }
}
