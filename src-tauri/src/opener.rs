//! Opening what is outside of the app, by the program that the system has for it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use foundational::error::{Code, Error};
use foundational::file_mask::with_inherited_umask;
use idp::providers::PAGES;
use tokio::process::{Child, Command};

const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(target_os = "windows") {
    "explorer"
} else {
    "xdg-open"
};
/// An opener that has not failed by then is the file manager itself, or waits for it.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many bytes of an error of the opener are shown.
const LONGEST: u64 = 300;

/// Shows a folder in the file manager.
///
/// # Errors
/// The folder does not exist, there is no opener, or the opener reports an error.
pub(crate) async fn open_folder(folder: &Path) -> Result<(), Error> {
    open_folder_with(OPENER, folder).await
}

async fn open_folder_with(opener: &str, folder: &Path) -> Result<(), Error> {
    let place = folder.display();
    if let Err(error) = std::fs::read_dir(folder) {
        return Err(Error::new(Code::Unavailable, format!("The folder {place} can't be read: {error}.")));
    }
    open_with(opener, folder.as_os_str()).await.map_err(|why| {
        Error::new(Code::Unavailable, format!("The folder is {place}, but {why}."))
            .hinting("Open the folder by hand.")
    })
}

/// Opens a page of an identity provider's console in the browser, or the address of the support contact.
///
/// # Errors
/// The address is neither one of [`PAGES`] nor that of the contact, there is no opener, or the opener reports an error.
pub(crate) async fn open_page(address: &str, contact: Option<&str>) -> Result<(), Error> {
    if !PAGES.contains(&address) && contact != Some(address) {
        let message = format!("Only these pages can be opened from here: {}.", PAGES.join(", "));
        return Err(Error::new(Code::Invalid, message));
    }
    open_with(OPENER, OsStr::new(address)).await.map_err(|why| {
        Error::new(Code::Unavailable, format!("The address is {address}, but {why}."))
            .hinting("Open it by hand.")
    })
}

/// Opens this with the opener, or says why it failed.
async fn open_with(opener: &str, target: &OsStr) -> Result<(), String> {
    // A file, not a pipe: a file manager that continues to print must not end because nothing reads the pipe.
    let mut output =
        tempfile::tempfile().map_err(|error| format!("no file for the output of {opener}: {error}"))?;
    let stderr =
        output.try_clone().map_err(|error| format!("no file for the output of {opener}: {error}"))?;
    let started = with_inherited_umask(|| {
        Command::new(opener)
            .arg(target)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(stderr))
            .spawn()
    });
    match started {
        Ok(child) => match failure(child, &mut output).await {
            None => Ok(()),
            Some(why) => Err(format!("{opener} could not open it: {why}")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("{opener}, the program that opens it, is not installed on this computer"))
        }
        Err(error) => Err(format!("{opener}, the program that opens it, can't be started: {error}")),
    }
}

/// Why the opener failed; nothing when it did not, or still runs.
async fn failure(mut child: Child, output: &mut File) -> Option<String> {
    let Ok(ended) = tokio::time::timeout(PATIENCE, child.wait()).await else {
        // It ends later; the runtime reaps it then.
        return None;
    };
    let status = match ended {
        Ok(status) => status,
        Err(error) => return Some(error.to_string()),
    };
    // The one of Windows ends with 1 whatever it did.
    if status.success() || cfg!(target_os = "windows") {
        return None;
    }
    let mut bytes = Vec::new();
    let read = output.rewind().and_then(|()| output.take(LONGEST).read_to_end(&mut bytes));
    let text = read.map(|_| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(if text.is_empty() { status.to_string() } else { text.trim_end_matches('.').to_owned() })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_cause_is_the_opener_and_not_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        let error = open_folder_with("no-such-opener", folder.path()).await.unwrap_err();
        let expected =
            format!("The folder is {place}, but no-such-opener, the program that opens it, is not installed");
        assert!(error.message.starts_with(&expected), "{}", error.message);
        assert!(error.hint.is_some(), "and it can be opened by hand");
    }

    #[tokio::test]
    async fn what_the_opener_says_is_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        let opener = script(&folder, "echo \"no method available for $1\" >&2; exit 3");
        let error = open_folder_with(&opener, folder.path()).await.unwrap_err();
        assert!(error.message.contains("could not open it: no method available for "), "{}", error.message);
        let opener = script(&folder, "exit 4");
        let error = open_folder_with(&opener, folder.path()).await.unwrap_err();
        assert!(error.message.contains("exit status: 4"), "{}", error.message);
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_is_blamed_itself() {
        let folder = tempfile::tempdir().unwrap();
        let error = open_folder_with("true", &folder.path().join("gone")).await.unwrap_err();
        assert!(error.message.contains("gone can't be read: "), "{}", error.message);
    }

    #[tokio::test]
    async fn an_opener_that_opens_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        open_folder_with("true", folder.path()).await.unwrap();
    }

    #[tokio::test]
    async fn no_address_but_those_of_the_guides_and_the_support_contact_is_opened() {
        for address in [
            "https://example.com",
            "file:///etc/passwd",
            "https://entra.microsoft.com.example.com",
            "mailto:help@acme.example?bcc=eve@evil.example",
            "",
        ] {
            for contact in [None, Some("mailto:help@acme.example")] {
                let error = open_page(address, contact).await.unwrap_err();
                assert!(
                    error.message.contains("https://entra.microsoft.com"),
                    "{address}: {}",
                    error.message
                );
            }
        }
    }

    fn script(folder: &tempfile::TempDir, line: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.path().join("opener");
        std::fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }
}
