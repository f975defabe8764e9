//! What a host with a window needs: notifications, keeping awake, second starts, unexpected ends.

pub(crate) mod keep_awake;
pub(crate) mod notification_causes;
pub(crate) mod notifications;
pub(crate) mod notifications_views;
pub(crate) mod second_start;
pub(crate) mod support_address;
pub(crate) mod unexpected_end;
pub(crate) mod window_request;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::access::Access;
use crate::context::{Context, Room};
use crate::desktop::window_request::WindowRequest;
use crate::diagnosis::Diagnosis;
use crate::server::ScimServer;

/// What concerns the computer that this runs on, and its window. Cheap to clone.
#[derive(Clone)]
pub struct Desktop {
    context: Context,
    access: Access,
    scim_server: ScimServer,
    diagnosis: Diagnosis,
    /// The causes that this process notified of, and when last.
    notified: Arc<Mutex<HashMap<String, Timestamp>>>,
    /// Where the host with the window takes the requests of second starts.
    window: Arc<Mutex<Option<mpsc::Sender<WindowRequest>>>>,
}

impl Desktop {
    pub(crate) fn new(
        context: Context,
        access: Access,
        scim_server: ScimServer,
        diagnosis: Diagnosis,
    ) -> Self {
        Self { context, access, scim_server, diagnosis, notified: Arc::default(), window: Arc::default() }
    }
}

impl Room for Desktop {
    fn context(&self) -> &Context {
        &self.context
    }
}
