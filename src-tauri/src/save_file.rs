//! Saving a text or an archive of the page as a file, at the place that the person chooses in the system's own dialog. The page
//! names no path and reads none: it learns where the file was saved, or that no place was chosen.

use foundational::error::{Code, Error};
use foundational::private_file;
use tauri::{Manager as _, WebviewWindow};
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

/// Asks where to save a text under this name, and saves it there. Nothing when the person chose no place.
#[tauri::command]
pub(crate) async fn save_text(
    window: WebviewWindow,
    name: String,
    text: String,
) -> Result<Option<String>, Error> {
    save(&window, &name, text.into_bytes()).await
}

/// The same for the bytes of an archive.
#[tauri::command]
pub(crate) async fn save_bytes(
    window: WebviewWindow,
    name: String,
    bytes: Vec<u8>,
) -> Result<Option<String>, Error> {
    save(&window, &name, bytes).await
}

async fn save(window: &WebviewWindow, name: &str, bytes: Vec<u8>) -> Result<Option<String>, Error> {
    let (chosen, choice) = oneshot::channel();
    let mut dialog = window.dialog().file().set_parent(window).set_file_name(plain(name));
    if let Ok(folder) = window.path().document_dir() {
        dialog = dialog.set_directory(folder);
    }
    // The window may be gone by now.
    dialog.save_file(move |path| drop(chosen.send(path)));
    let Some(path) = choice.await.ok().flatten() else { return Ok(None) };
    let path = path.into_path().map_err(|error| refused(name, &error))?;
    let place = path.clone();
    let saved = tauri::async_runtime::spawn_blocking(move || private_file::write(&place, &bytes)).await;
    let shown = path.display().to_string();
    match saved {
        Ok(Ok(())) => Ok(Some(shown)),
        Ok(Err(error)) => Err(refused(&shown, &error)),
        Err(error) => Err(refused(&shown, &error)),
    }
}

fn refused(place: &str, why: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Unavailable, format!("{place} couldn't be written: {why}."))
        .hinting("Nothing was saved. Choose another folder.")
}

/// A name that every system takes for one file in the chosen folder.
fn plain(name: &str) -> String {
    let taken = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
    let plain: String = name.chars().map(|letter| if taken(letter) { '-' } else { letter }).collect();
    plain.trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_an_error_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("key.txt");
        let error = private_file::write(&path, b"K7QFM").unwrap_err();
        let error = refused(&path.display().to_string(), &error);
        assert!(error.message.contains("key.txt couldn't be written: "), "what and why: {error}");
        assert!(error.hint.is_some(), "and what to do");
    }

    #[test]
    fn a_suggested_name_names_one_file_only() {
        assert_eq!(plain("../../etc/passwd"), "-..-etc-passwd", "no way up");
        assert_eq!(
            plain("Okta – Employees: 1/2?.csv"),
            "Okta – Employees- 1-2-.csv",
            "nothing that Windows refuses"
        );
    }
}
