//! Where the private keys of this server are stored, by what is on the disk now. None is in a keychain: a server without a window
//! reads them too, before a person signs in at the computer.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::context::Room as _;
use crate::server::certificate_source::CertificateSource;
use crate::server::{ScimServer, acme_account, acme_pair, private_authority};

/// How long a disk may take to say whose a file is.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);

/// Where a private key is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KeyPlace {
    /// Which key it is, and who can read it, as a sentence without its end.
    pub text: String,
    /// The full path of its file.
    pub file: String,
    /// Every account of this computer can read or change it.
    pub is_open: bool,
}

impl ScimServer {
    /// The keys that are there. Nothing while their disk does not respond.
    pub(crate) async fn key_places(&self) -> Vec<KeyPlace> {
        let folder = self.store().folder().to_owned();
        let source = self.exposure.certificate();
        let looked = tokio::task::spawn_blocking(move || key_places(&folder, source.as_ref()));
        match tokio::time::timeout(LOOK_TIMEOUT, looked).await {
            Ok(Ok(places)) => places,
            Ok(Err(error)) => {
                tracing::warn!(%error, "where the private keys are was not looked at");
                Vec::new()
            }
            Err(_elapsed) => Vec::new(),
        }
    }
}

/// The files of the data folder that have one, and the one that an Admin has named.
fn key_places(folder: &Path, source: Option<&CertificateSource>) -> Vec<KeyPlace> {
    let mut files = vec![
        ("Key of the private authority", folder.join(private_authority::FILE)),
        ("Key of the certificate by ACME", folder.join(acme_pair::FILE)),
    ];
    files.extend(acme_account::files(folder).into_iter().map(|file| ("Key of the account by ACME", file)));
    if let Some(CertificateSource::Files(named)) = source {
        files.push(("Key of the certificate", PathBuf::from(&named.key)));
    }
    files.iter().filter_map(|(what, file)| place(what, file)).collect()
}

fn place(what: &str, file: &Path) -> Option<KeyPlace> {
    let (readers, is_open) = readers(&std::fs::metadata(file).ok()?);
    Some(KeyPlace { text: format!("{what}: {readers}"), file: file.display().to_string(), is_open })
}

/// Who can read a file, and whether every account can. A key that an Admin has named may be open to a group.
#[cfg(unix)]
fn readers(file: &Metadata) -> (&'static str, bool) {
    use std::os::unix::fs::MetadataExt as _;
    if file.mode() & 0o007 != 0 {
        ("in a file that every account of this computer can read or change", true)
    } else if file.mode() & 0o070 != 0 {
        ("in a file that its owner and its group can use", false)
    } else if file.uid() == rustix::process::geteuid().as_raw() {
        ("in a file that only your account can read", false)
    } else {
        ("in a file of another account", false)
    }
}

#[cfg(not(unix))]
fn readers(_: &Metadata) -> (&'static str, bool) {
    ("in a file with the rights that its folder gives", false)
}

#[cfg(test)]
mod tests {
    use store::private_file;

    use super::*;
    use crate::server::certificate_files::CertificateFiles;

    #[test]
    fn each_key_is_shown_with_who_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert!(key_places(folder, None).is_empty(), "there is none");
        for name in [private_authority::FILE, acme_pair::FILE, "acme-account-0123456789abcdef.json", "a.pem"]
        {
            private_file::write(&folder.join(name), b"a key").unwrap();
        }
        let key = folder.join("a.pem").display().to_string();
        let source = CertificateSource::Files(CertificateFiles { certificate: String::new(), key });
        let found = key_places(folder, Some(&source));
        let names: Vec<&str> =
            found.iter().filter_map(|place| place.file.rsplit(['/', '\\']).next()).collect();
        let wanted =
            [private_authority::FILE, acme_pair::FILE, "acme-account-0123456789abcdef.json", "a.pem"];
        assert_eq!(names, wanted);
        assert!(found.iter().all(|place| !place.is_open), "{found:?}");
        assert_eq!(key_places(folder, None).len(), 3, "without the one that is not in use");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let only = "Key of the private authority: in a file that only your account can read";
            assert_eq!(found[0].text, only);
            for (mode, readers, is_open) in [(0o640, "its group", false), (0o604, "every account", true)] {
                let rights = std::fs::Permissions::from_mode(mode);
                std::fs::set_permissions(folder.join(private_authority::FILE), rights).unwrap();
                let place = &key_places(folder, None)[0];
                assert!(
                    place.is_open == is_open && place.text.contains(readers),
                    "as the disk says: {place:?}"
                );
            }
        }
    }
}
