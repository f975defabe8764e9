//! The SCIM server of this workspace: where it listens, its public URL, who reaches it by which name.

pub(crate) mod acme;
pub(crate) mod acme_account;
pub(crate) mod acme_http;
pub(crate) mod acme_http01;
pub(crate) mod acme_order;
pub(crate) mod acme_orders;
pub(crate) mod acme_pair;
pub(crate) mod acme_renewal;
pub(crate) mod acme_window;
pub(crate) mod authority_names;
pub(crate) mod certificate;
pub(crate) mod certificate_files;
pub(crate) mod certificate_in_use;
pub(crate) mod certificate_problem;
pub(crate) mod certificate_source;
pub(crate) mod certificate_words;
pub(crate) mod discovery_access;
pub(crate) mod discovery_access_views;
pub(crate) mod exposure;
pub(crate) mod file_words;
pub(crate) mod host_names;
pub(crate) mod host_names_views;
pub(crate) mod key_places;
pub(crate) mod known_reach;
pub(crate) mod known_root;
pub(crate) mod listen;
pub(crate) mod low_port;
pub(crate) mod network_check;
pub(crate) mod own_address;
pub(crate) mod own_certificate;
pub(crate) mod own_certificate_views;
pub(crate) mod pair;
pub(crate) mod port_change;
pub(crate) mod port_holder;
pub(crate) mod private_authority;
pub(crate) mod public_url;
pub(crate) mod public_url_check;
pub(crate) mod reachability;
pub(crate) mod root_certificate;
pub(crate) mod schema_views;
pub(crate) mod schemas;
pub(crate) mod served;
pub(crate) mod state;
pub(crate) mod trusted_proxies;
pub(crate) mod trusted_proxies_views;
pub(crate) mod unusable;
pub(crate) mod validity;
pub(crate) mod views;

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::context::{Context, Room};
use crate::server::exposure::Exposure;

/// The SCIM server as an Admin sets it up. Cheap to clone.
#[derive(Clone)]
pub struct ScimServer {
    context: Context,
    exposure: Arc<Exposure>,
    /// Held while the added schemas, discovery access, the public URL or the trusted proxies are changed, so that what is stored
    /// and what is in force are the same.
    change: Arc<Mutex<()>>,
}

impl ScimServer {
    pub(crate) fn new(context: Context, exposure: Exposure) -> Self {
        Self { context, exposure: Arc::new(exposure), change: Arc::default() }
    }

    pub(crate) fn exposure(&self) -> &Exposure {
        &self.exposure
    }
}

impl Room for ScimServer {
    fn context(&self) -> &Context {
        &self.context
    }
}
