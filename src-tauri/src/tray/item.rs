//! The tray of a Linux desktop: an item on the session bus that the desktop's panel shows. Without a bus, or without a
//! panel that shows such items, there is none, and everything else works.

use std::sync::OnceLock;

use ksni::menu::StandardItem;
use ksni::{Icon, MenuItem, OfflineReason, ToolTip, TrayMethods as _};
use tauri::{AppHandle, Manager as _};
use tokio::sync::watch;

use super::offer::{Mark, TrayOffer};
use super::picture::picture;
use crate::page_request::choose;
use crate::window::{self, TrayShown};

/// Sizes that panels ask for; they take the nearest.
const SIZES: [u16; 3] = [22, 32, 64];

/// The tray. It is made when the page offers something to show.
#[derive(Default)]
pub(crate) struct Tray(OnceLock<watch::Sender<TrayOffer>>);

impl Tray {
    pub(crate) fn offer(&self, app: &AppHandle, offer: &TrayOffer) {
        let mut is_first = false;
        let offers = self.0.get_or_init(|| {
            is_first = true;
            watch::channel(offer.clone()).0
        });
        if is_first {
            let item = Shown { app: app.clone(), offer: offer.clone() };
            tauri::async_runtime::spawn(show(item, offers.subscribe()));
        } else {
            offers.send_replace(offer.clone());
        }
    }
}

/// Registers the item and updates it for as long as the app runs.
async fn show(item: Shown, mut offers: watch::Receiver<TrayOffer>) {
    let app = item.app.clone();
    // A panel that is missing is reported before the item is registered.
    app.state::<TrayShown>().set(true);
    let handle = match item.assume_sni_available(true).spawn().await {
        Ok(handle) => handle,
        Err(error) => {
            app.state::<TrayShown>().set(false);
            tracing::info!(%error, "there is no tray");
            return;
        }
    };
    while offers.changed().await.is_ok() {
        let offer = offers.borrow_and_update().clone();
        if handle.update(move |item| item.offer = offer).await.is_none() {
            return;
        }
    }
}

struct Shown {
    app: AppHandle,
    offer: TrayOffer,
}

impl ksni::Tray for Shown {
    fn id(&self) -> String {
        "io.foundational.desktop".to_owned()
    }

    fn title(&self) -> String {
        "Foundational".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        SIZES.iter().map(|size| icon(self.offer.mark, *size)).collect()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: "Foundational".to_owned(),
            description: self.offer.line.clone(),
            ..ToolTip::default()
        }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        window::focus(&self.app);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let line = StandardItem { label: self.offer.line.clone(), enabled: false, ..StandardItem::default() };
        let mut menu = vec![line.into()];
        for part in &self.offer.parts {
            menu.push(MenuItem::Separator);
            for item in part {
                let id = item.id.clone();
                let activate = move |shown: &mut Self| choose(&shown.app, &id);
                let entry = StandardItem {
                    label: item.label.clone(),
                    enabled: item.enabled,
                    activate: Box::new(activate),
                    ..StandardItem::default()
                };
                menu.push(entry.into());
            }
        }
        menu
    }

    fn watcher_online(&self) {
        self.app.state::<TrayShown>().set(true);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::debug!(?reason, "no panel shows the tray");
        self.app.state::<TrayShown>().set(false);
        true
    }
}

/// The bus wants opacity first.
fn icon(mark: Mark, size: u16) -> Icon {
    let picture = picture(mark, size);
    let data = picture.points.iter().flat_map(|[red, green, blue, opacity]| [*opacity, *red, *green, *blue]);
    Icon { width: picture.size.into(), height: picture.size.into(), data: data.collect() }
}
