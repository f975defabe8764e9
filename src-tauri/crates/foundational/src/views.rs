//! The shapes that cross the command table: arguments in, views out. TypeScript types are generated from them.

pub use crate::access::security_views::*;
pub use crate::access::views::*;
pub use crate::connections::rules_views::*;
pub use crate::connections::views::*;
pub use crate::data::backup_views::*;
pub use crate::data::data_usage_views::*;
pub use crate::desktop::notifications_views::*;
pub use crate::diagnosis::about_views::*;
pub use crate::diagnosis::deviations_views::*;
pub use crate::diagnosis::remedy_views::*;
pub use crate::event::*;
pub use crate::home::views::*;
pub use crate::people::bulk_views::*;
pub use crate::people::views::*;
pub use crate::rehearsal::views::*;
pub use crate::server::discovery_access_views::*;
pub use crate::server::host_names_views::*;
