//! The account with each ACME authority: opened once, and its key in a private file of the data folder.

use std::path::{Path, PathBuf};

use instant_acme::{Account, AccountBuilder, AccountCredentials, ExternalAccountKey, NewAccount};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::mail_address::mailto;
use crate::server::acme::{Acme, ExternalAccount};
use crate::server::acme_http::{AcmeHttp, words};
use crate::server::acme_pair;
use crate::server::file_words::write_private;

/// The directory of the authority that a file is for.
#[derive(Deserialize)]
struct StoredDirectory {
    directory: Option<String>,
}

/// How the names of the files begin.
const FILES: &str = "acme-account-";

/// The files of a data folder that have the key of an account. It waits for the disk.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(FILES));
    let mut files: Vec<PathBuf> = named.map(|entry| entry.path()).collect();
    files.sort_unstable();
    files
}

/// The file in the data folder, for its owner only: one for each authority, so that an Admin who chooses one again has its
/// account. A backup does not have it.
fn file(folder: &Path, directory: &str) -> PathBuf {
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(directory.as_bytes()));
    folder.join(format!("{FILES}{hash:.16}.json"))
}

/// The account with this authority; one is opened where none is stored.
///
/// # Errors
/// Why there is no account, as a sentence.
pub(crate) async fn account(folder: &Path, acme: &Acme) -> Result<Account, String> {
    let builder = builder(acme).await?;
    match stored(folder, &acme.directory) {
        Some(credentials) => {
            builder.from_credentials(credentials).await.map_err(|error| failed(acme, &error))
        }
        None => Box::pin(create(builder, folder, acme, None)).await,
    }
}

/// The same when an Admin chooses the authority: an account that is stored gets the contact, and another one is opened where the
/// authority has that one no more, or where it is to be bound to an external one. Whether it is another one.
///
/// # Errors
/// Why there is no account, as a sentence.
pub(crate) async fn open(
    folder: &Path,
    acme: &Acme,
    external: Option<&ExternalAccount>,
) -> Result<bool, String> {
    let credentials = stored(folder, &acme.directory).filter(|_| external.is_none());
    if let Some(credentials) = credentials {
        let account = builder(acme).await?.from_credentials(credentials).await;
        let account = account.map_err(|error| failed(acme, &error))?;
        let contact = contact(acme);
        let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
        match account.update_contacts(&contacts).await {
            Ok(()) => return Ok(false),
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(failed(acme, &error)),
        }
    }
    Box::pin(create(builder(acme).await?, folder, acme, external)).await.map(|_account| true)
}

async fn create(
    builder: AccountBuilder,
    folder: &Path,
    acme: &Acme,
    external: Option<&ExternalAccount>,
) -> Result<Account, String> {
    acme_pair::try_to_write(folder)?;
    let external = external.map(key).transpose()?;
    let contact = contact(acme);
    let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
    let wanted = NewAccount {
        contact: &contacts,
        terms_of_service_agreed: acme.accepts_terms,
        only_return_existing: false,
    };
    let made = builder.create(&wanted, acme.directory.clone(), external.as_ref()).await;
    let (account, credentials) = made.map_err(|error| failed(acme, &error))?;
    let text = serde_json::to_string(&credentials).map(Zeroizing::new).map_err(|error| error.to_string())?;
    write_private(&file(folder, &acme.directory), text.as_bytes())?;
    Ok(account)
}

async fn builder(acme: &Acme) -> Result<AccountBuilder, String> {
    Ok(Account::builder_with_http(Box::new(AcmeHttp::new(acme.root.as_deref()).await?)))
}

/// None where an earlier version has stored an address that is no plain one.
fn contact(acme: &Acme) -> Option<String> {
    acme.contact.as_deref().and_then(mailto)
}

fn failed(acme: &Acme, error: &instant_acme::Error) -> String {
    format!("The authority at {} has no account for this server: {}.", acme.directory, words(error))
}

/// Whether the authority has an account no more (RFC 8555 section 6.7), or has deactivated it (section 7.3.6).
fn is_gone(error: &instant_acme::Error) -> bool {
    let instant_acme::Error::Api(problem) = error else { return false };
    let kind = problem.r#type.as_deref().and_then(|kind| kind.strip_prefix("urn:ietf:params:acme:error:"));
    matches!(kind, Some("accountDoesNotExist" | "unauthorized"))
}

/// What is stored of the account with this authority. A file that is not valid counts as missing: another account is opened.
fn stored(folder: &Path, directory: &str) -> Option<AccountCredentials> {
    let text = Zeroizing::new(std::fs::read_to_string(file(folder, directory)).ok()?);
    let of: StoredDirectory = serde_json::from_str(&text).ok()?;
    if of.directory.as_deref() != Some(directory) {
        return None;
    }
    serde_json::from_str(&text).ok()
}

fn key(external: &ExternalAccount) -> Result<ExternalAccountKey, String> {
    let text = external.key.trim().trim_end_matches('=');
    let bytes = data_encoding::BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_shows_letters| "The key of the external account is not in base64url.".to_owned())?;
    Ok(ExternalAccountKey::new(external.key_id.trim().to_owned(), &bytes))
}

#[cfg(test)]
mod tests {
    use instant_acme::{Error, Problem};

    use super::*;

    #[test]
    fn only_an_account_that_the_authority_has_no_more_is_replaced() {
        for (kind, expected) in [
            ("urn:ietf:params:acme:error:accountDoesNotExist", true),
            ("urn:ietf:params:acme:error:unauthorized", true),
            ("urn:ietf:params:acme:error:rateLimited", false),
            ("accountDoesNotExist", false),
        ] {
            let problem = Problem {
                r#type: Some(kind.to_owned()),
                detail: None,
                status: None,
                subproblems: Vec::new(),
            };
            assert_eq!(is_gone(&Error::Api(problem)), expected, "{kind}");
        }
        assert!(!is_gone(&Error::Crypto), "it did not answer");
    }

    #[test]
    fn each_authority_has_a_file_of_its_own() {
        let of = |directory| file(Path::new("/data"), directory);
        let one = of("https://one.example/directory");
        assert_eq!(one, Path::new("/data/acme-account-9e49d3aa4b028217.json"));
        assert_ne!(one, of("https://two.example/directory"));
    }
}
