//! The tray: the state of the server, and the few actions that are useful without the window.

#[cfg(not(any(target_os = "linux", feature = "tray")))]
compile_error!("on macOS and Windows the app has a tray: build it with `--features tray`");

mod offer;
mod picture;

#[cfg_attr(target_os = "linux", path = "tray/item.rs")]
#[cfg_attr(not(target_os = "linux"), path = "tray/system.rs")]
mod shown;

pub(crate) use offer::TrayOffer;
pub(crate) use shown::Tray;
