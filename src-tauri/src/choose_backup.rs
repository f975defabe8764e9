//! Choosing a backup, a folder for them, or the place of the file of a move, in the system's own dialog. The page learns the
//! path that was chosen, and nothing of its content: the core reads it, and only a file with our own seal, and writes only to a
//! file that is not there yet.

use foundational::error::{Code, Error};
use tauri::{Manager as _, WebviewWindow};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

/// Asks for a backup. Nothing when the person chose none.
#[tauri::command]
pub(crate) async fn choose_backup(window: WebviewWindow, title: String) -> Result<Option<String>, Error> {
    let dialog = dialog(&window, &title).add_filter("Backup", &["backup"]);
    chosen(|answer| dialog.pick_file(answer)).await
}

/// Asks for a folder for backups. Nothing when the person chose none.
#[tauri::command]
pub(crate) async fn choose_backup_folder(
    window: WebviewWindow,
    title: String,
) -> Result<Option<String>, Error> {
    let dialog = dialog(&window, &title).set_can_create_directories(true);
    chosen(|answer| dialog.pick_folder(answer)).await
}

/// Asks where to write the file of a move. Nothing when the person chose no place.
#[tauri::command]
pub(crate) async fn choose_move(window: WebviewWindow, title: String) -> Result<Option<String>, Error> {
    let dialog = dialog(&window, &title).set_file_name("foundational.move").set_can_create_directories(true);
    chosen(|answer| dialog.save_file(answer)).await
}

fn dialog(window: &WebviewWindow, title: &str) -> FileDialogBuilder<tauri::Wry> {
    let dialog = window.dialog().file().set_parent(window).set_title(title);
    match window.path().document_dir() {
        Ok(folder) => dialog.set_directory(folder),
        Err(_nowhere_to_begin) => dialog,
    }
}

async fn chosen(
    show: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>),
) -> Result<Option<String>, Error> {
    let (sender, receiver) = oneshot::channel();
    // The window may be gone by now.
    show(Box::new(move |path| drop(sender.send(path))));
    let Some(path) = receiver.await.ok().flatten() else { return Ok(None) };
    let path = path.into_path().map_err(|error| {
        Error::new(Code::Unavailable, format!("This place can't be used: {error}."))
            .hinting("Choose a file on this computer.")
    })?;
    Ok(Some(path.display().to_string()))
}
