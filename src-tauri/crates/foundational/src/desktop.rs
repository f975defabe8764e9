//! What a host with a window needs: notifications, keeping awake, second starts, unexpected ends.

pub(crate) mod keep_awake;
pub(crate) mod notifications;
pub(crate) mod notifications_views;
pub(crate) mod second_start;
pub(crate) mod unexpected_end;
