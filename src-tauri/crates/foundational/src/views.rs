//! The shapes that cross the command table: arguments in, views out. TypeScript types are generated from them. Each is
//! beside its subject; this is the list for hosts.

pub use crate::access::profile_views::*;
pub use crate::access::security_views::*;
pub use crate::access::views::*;
pub use crate::connections::days_views::*;
pub use crate::connections::matches_views::*;
pub use crate::connections::rules_views::*;
pub use crate::connections::token_views::*;
pub use crate::connections::views::*;
pub use crate::connections::wizard_views::*;
pub use crate::data::backup_views::*;
pub use crate::data::data_usage_views::*;
pub use crate::desktop::keep_awake::KeepAwake;
pub use crate::desktop::notifications_views::*;
pub use crate::diagnosis::about_views::*;
pub use crate::diagnosis::activity_views::*;
pub use crate::diagnosis::deviations_views::*;
pub use crate::diagnosis::doctor_views::*;
pub use crate::diagnosis::finding::*;
pub use crate::diagnosis::findings_views::*;
pub use crate::diagnosis::remedy_views::*;
pub use crate::event::*;
pub use crate::groups::views::*;
pub use crate::history::audit_views::*;
pub use crate::history::views::*;
pub use crate::home::views::*;
pub use crate::people::bulk_views::*;
pub use crate::people::local_account_views::*;
pub use crate::people::person_views::*;
pub use crate::people::views::*;
pub use crate::rehearsal::views::*;
pub use crate::server::discovery_access_views::*;
pub use crate::server::host_names_views::*;
pub use crate::server::schema_views::*;
pub use crate::server::views::*;
pub use crate::shapes::*;
