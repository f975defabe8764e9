//! Who may do what: sign-in, sessions, passwords, recovery, the own profile.

pub(crate) mod actor;
pub(crate) mod audit;
pub(crate) mod authenticate;
pub(crate) mod common_password;
pub(crate) mod effect;
pub(crate) mod hash_again;
pub(crate) mod keychain;
pub(crate) mod names;
pub(crate) mod need;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod profile_views;
pub(crate) mod recovery;
pub(crate) mod remembered_session;
pub(crate) mod security;
pub(crate) mod security_views;
pub(crate) mod session;
pub(crate) mod session_list;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod views;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::access::keychain::{FileKeychain, Keychain};
use crate::access::password::Passwords;
use crate::access::sessions::Sessions;
use crate::context::{Context, Room};
use crate::server::ScimServer;

/// Accounts, sessions and what protects them. Cheap to clone.
#[derive(Clone)]
pub struct Access {
    context: Context,
    scim_server: ScimServer,
    sessions: Arc<Sessions>,
    passwords: Arc<Passwords>,
    keychain: Arc<Mutex<Arc<dyn Keychain>>>,
}

impl Access {
    pub(crate) fn new(context: Context, scim_server: ScimServer) -> Self {
        let file: Arc<dyn Keychain> = Arc::new(FileKeychain(context.store().folder().join("stay")));
        Self {
            context,
            scim_server,
            sessions: Arc::default(),
            passwords: Arc::new(Passwords::new()),
            keychain: Arc::new(Mutex::new(file)),
        }
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    fn keychain(&self) -> MutexGuard<'_, Arc<dyn Keychain>> {
        self.keychain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room for Access {
    fn context(&self) -> &Context {
        &self.context
    }
}
