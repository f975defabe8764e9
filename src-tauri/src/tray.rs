//! The tray: how things stand, and the few acts that are wanted without the window.

mod picture;

#[cfg_attr(target_os = "linux", path = "tray/item.rs")]
#[cfg_attr(not(target_os = "linux"), path = "tray/system.rs")]
mod shown;

pub(crate) use shown::Tray;
