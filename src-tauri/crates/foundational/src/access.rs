//! Who may do what: sign-in, sessions, passwords, recovery, the own profile.

pub(crate) mod common_password;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod remembered_session;
pub(crate) mod security;
pub(crate) mod security_views;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod views;
