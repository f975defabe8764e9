//! The account with an ACME authority: opened once, and its key in a private file of the data folder.

use std::path::Path;

use instant_acme::{Account, AccountCredentials, ExternalAccountKey, NewAccount};
use serde::Deserialize;
use store::private_file;
use zeroize::Zeroizing;

use crate::server::acme::{Acme, ExternalAccount};
use crate::server::acme_http::{AcmeHttp, words};
use crate::server::acme_pair;

/// The file in the data folder, for its owner only. A backup does not have it.
const FILE: &str = "acme-account.json";

/// Of which authority a file is.
#[derive(Deserialize)]
struct OfAuthority {
    directory: Option<String>,
}

/// The account with this authority. One is opened where there is none, or where it is to be bound to an external one; a
/// certificate that another account has requested is then requested again.
///
/// # Errors
/// Why there is none, as a sentence.
pub(crate) async fn account(
    folder: &Path,
    acme: &Acme,
    external: Option<&ExternalAccount>,
) -> Result<Account, String> {
    let failed = |error: instant_acme::Error| {
        format!("The authority at {} has no account for this server: {}.", acme.directory, words(&error))
    };
    let file = folder.join(FILE);
    let builder = Account::builder_with_http(Box::new(AcmeHttp::new(acme.root.as_deref()).await?));
    if external.is_none()
        && let Some(credentials) = stored(&file, &acme.directory)
    {
        return builder.from_credentials(credentials).await.map_err(failed);
    }
    let external = external.map(key).transpose()?;
    let contact = acme.contact.as_ref().map(|address| format!("mailto:{address}"));
    let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
    let wanted = NewAccount {
        contact: &contacts,
        terms_of_service_agreed: acme.accepts_terms,
        only_return_existing: false,
    };
    let (account, credentials) =
        builder.create(&wanted, acme.directory.clone(), external.as_ref()).await.map_err(failed)?;
    let text = serde_json::to_string(&credentials).map(Zeroizing::new).map_err(|error| error.to_string())?;
    private_file::write(&file, text.as_bytes())
        .map_err(|error| format!("The file {} can't be written: {error}.", file.display()))?;
    acme_pair::remove(folder)?;
    Ok(account)
}

/// What is stored of the account with this authority. A file that is not good is as good as none: another account is opened.
fn stored(file: &Path, directory: &str) -> Option<AccountCredentials> {
    let text = Zeroizing::new(std::fs::read_to_string(file).ok()?);
    let of: OfAuthority = serde_json::from_str(&text).ok()?;
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
