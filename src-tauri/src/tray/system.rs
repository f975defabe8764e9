//! The tray of macOS and Windows.

use std::sync::{Mutex, PoisonError};

use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager as _, Wry};

use super::offer::{Mark, TrayOffer};
use super::picture::picture;
use crate::page_request::choose;
use crate::window::TrayShown;

/// Large enough for a screen with twice as many points; the system draws it smaller elsewhere.
const SIZE: u16 = 44;

/// The tray. It is made when the page offers something to show.
#[derive(Default)]
pub(crate) struct Tray(Mutex<Option<TrayIcon>>);

impl Tray {
    pub(crate) fn offer(&self, app: &AppHandle, offer: &TrayOffer) {
        let mut icon = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let done = match &*icon {
            Some(icon) => update(app, icon, offer),
            None => make(app, offer).map(|made| {
                *icon = Some(made);
                app.state::<TrayShown>().set(true);
            }),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the tray cannot be shown");
        }
    }
}

fn make(app: &AppHandle, offer: &TrayOffer) -> tauri::Result<TrayIcon> {
    TrayIconBuilder::new()
        .icon(icon(offer.mark))
        .tooltip(&offer.line)
        .menu(&menu(app, offer)?)
        .on_menu_event(|app, event| choose(app, event.id().as_ref()))
        .build(app)
}

fn update(app: &AppHandle, icon_shown: &TrayIcon, offer: &TrayOffer) -> tauri::Result<()> {
    icon_shown.set_icon(Some(icon(offer.mark)))?;
    icon_shown.set_tooltip(Some(&offer.line))?;
    icon_shown.set_menu(Some(menu(app, offer)?))
}

fn menu(app: &AppHandle, offer: &TrayOffer) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    let append = |item: &dyn IsMenuItem<Wry>| menu.append(item);
    append(&MenuItem::new(app, &offer.line, false, None::<&str>)?)?;
    for part in &offer.parts {
        append(&PredefinedMenuItem::separator(app)?)?;
        for item in part {
            append(&MenuItem::with_id(app, &item.id, &item.label, item.enabled, None::<&str>)?)?;
        }
    }
    Ok(menu)
}

fn icon(mark: Mark) -> Image<'static> {
    let picture = picture(mark, SIZE);
    let points = picture.points.into_iter().flatten().collect();
    Image::new_owned(points, picture.size.into(), picture.size.into())
}
