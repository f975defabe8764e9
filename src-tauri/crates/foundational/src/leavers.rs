//! Proof of leaving: what was seen of each person whose access a client ended, and of requests for it that were refused.

pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod prove;
pub(crate) mod views;
pub(crate) mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::access::Access;
use crate::context::{Context, Room};

/// Those who left. Cheap to clone.
#[derive(Clone)]
pub struct Leavers {
    context: Context,
    access: Access,
    /// How many sessions of a person were ended, and when, until the proof has it.
    ended: Arc<Mutex<HashMap<String, (Timestamp, u64)>>>,
    asked: Arc<Notify>,
}

impl Leavers {
    pub(crate) fn new(context: Context, access: Access) -> Self {
        Self { context, access, ended: Arc::default(), asked: Arc::default() }
    }
}

impl Room for Leavers {
    fn context(&self) -> &Context {
        &self.context
    }
}
