//! What Foundational stores: connections, tokens, people, groups, the change journal, and what was observed of
//! requests. The only crate with SQL.
//!
//! **Invariant**: every change of the workspace goes through the one writer ([`Store::write`], [`Store::create_person`],
//! [`Store::change_person`]), is journalled in the same transaction
//! and announced to listeners only after its commit. Time and ids are given by [`Clock`] and [`Ids`]. Reads of SCIM
//! resources take a [`Scope`], so that one connection never sees another's people.
//!
//! How to add the next thing: a migration file with its table, one source file with its row type, its reads on
//! [`Store`] and its writes on [`Tx`].

mod account_choices;
mod account_values;
mod accounts;
mod activity;
mod activity_bodies;
mod activity_deletion;
mod activity_detail;
mod activity_ids;
mod activity_kind;
mod activity_notes;
mod activity_queries;
mod activity_queue;
mod activity_rows;
mod activity_search;
mod activity_tally;
mod allowed_hosts;
mod audit;
mod audit_chain;
mod audit_entry;
mod auto_vacuum;
mod background_check;
mod backup;
mod batch_sizes;
mod brake;
mod changed_person;
mod clock;
mod computed_attribute;
mod connection_deletion;
mod connections;
mod damaged_log;
mod database;
mod database_file;
mod disk_reserve;
mod disk_space;
mod document;
mod error;
mod event;
mod file_system;
mod filter_sql;
mod first_uses;
mod fold_upgrade;
mod folder_lock;
mod group_members;
mod groups;
mod health;
mod hidden_attributes;
#[cfg(debug_assertions)]
pub mod injected_disk;
#[cfg(debug_assertions)]
pub mod injected_panic;
mod joint_changes;
mod journal;
mod journal_value;
mod known;
mod latest_time;
mod leaver_proof;
mod let_through;
mod list_position;
mod log_size;
mod log_trim;
mod log_upgrade;
mod lookup_connection;
mod member_count;
mod members;
mod memory;
mod move_away;
mod notifications;
mod observe_first;
mod observed;
mod open;
mod page;
mod pause;
mod pauses;
mod pending_deletions;
mod pending_matches;
mod people;
mod people_filter;
mod people_list;
mod people_rows;
mod person_access;
mod person_change;
mod person_creation;
mod person_deletion;
mod person_read;
mod person_text;
mod person_traces;
mod previous_people;
pub mod private_file;
mod read_permits;
mod reader;
mod recorded_bodies;
mod recorded_headers;
mod recorder;
mod refusals;
mod remembered_session;
mod removals;
mod request_counts;
mod request_health;
mod request_health_tally;
mod retention;
mod role;
mod rows_read;
mod rule_changes;
mod rules;
mod scope;
mod search;
mod settings;
mod sleep_intervals;
mod snapshot;
mod sql_values;
mod step_times;
mod store;
mod store_metrics;
mod stored_resource;
mod task;
mod token;
mod token_first_use;
mod token_text;
mod tokens;
mod tx;
mod tx_connection;
mod unconfirmed_people;
mod undo;
mod unlink;
mod unlogged_requests;
mod unresolved_members;
mod user_name_choice;
mod workspace_check;
mod workspace_marker;
mod write_job;
mod write_queue;
mod writer;
mod wrong_secrets;

pub use account_choices::{AccountExample, AccountPreview};
pub use account_values::{AccountChoices, AccountValues, EmailChoice, NameChoice, is_address};
pub use accounts::{Account, AccountNames};
pub use activity::{
    Activity, ActivityNote, ActivityResult, Folded, HourCount, RequestEvidence, SetupEvidence, TokenUse,
    Undescribed,
};
pub use activity_kind::ActivityKind;
pub use activity_notes::ExchangeWithNotes;
pub use activity_search::{ActivityFilter, ActivityPage};
pub use allowed_hosts::{AllowedHost, HostOrigin};
pub use audit::{AuditActorRow, AuditChoices, AuditQuery, AuditRow};
pub use audit_chain::{AuditCheck, AuditFault};
pub use audit_entry::{AuditAct, AuditActor, AuditActorKind, AuditEntry, AuditSubject, AuditSubjectKind};
pub use backup::{
    Backup, BackupFacts, BackupKind, CarriedOver, MoveManifest, NameList, PreparedRestore, RestoreLoss,
    RestoreRecord, RestoreRefusal, default_folder as default_backup_folder, move_here,
};
pub use brake::{Brake, BrakeMode, HeldRemoval, HeldRemovals, Hold, HoldAnswer, Thresholds, UNANSWERED};
pub use changed_person::{ChangedPerson, PersonUpdate};
pub use clock::{Clock, Ids};
pub use computed_attribute::{BoundedEntries, ComputedAttribute, Entries};
pub use connection_deletion::{ConnectionDeletion, PeopleAfterDelete};
pub use connections::Connection;
pub use damaged_log::DamagedLog;
pub use disk_space::{CHANGES_STOP, GivesWay, LOG_STOPS};
pub use document::MAX_BYTES as MAX_DOCUMENT_BYTES;
pub use error::Error;
pub use event::StoreEvent;
pub use file_system::remote_file_system;
pub use folder_lock::is_held;
pub use group_members::{GroupMembers, MemberEntry, MemberStretch};
pub use groups::{Group, GroupExport, GroupRow};
pub use health::WriteFailure;
pub use journal::{Change, ChangeKind, ChangeSource, History, HistoryQuery, RecentChange};
pub use journal_value::JournalValue;
pub use leaver_proof::{
    LeaverFilter, LeaverOutcome, LeaverPage, LeaverProof, LeaverRow, LeaverSeen, ReadBack,
};
pub use let_through::{LetThrough, WithheldList};
pub use log_trim::{LogTrim, Trimmed};
pub use members::{GroupMember, MemberChange, MemberGroup};
pub use memory::{KnownConnection, PersonKey, ReadTicket, ReadyPerson};
pub use move_away::{EarlierPauses, UnfinishedJob};
pub use observe_first::{Withheld, WithheldCount, WithheldPerson};
pub use observed::Observed;
pub use page::{Page, PageStart};
pub use pause::{Pause, PauseCause};
pub use pending_matches::PendingMatch;
pub use people::{DeletedPerson, Person};
pub use people_filter::{PeopleChoice, PeopleFilter, PeopleQuery, PeopleSort, PersonStatus};
pub use people_list::PersonPosition;
pub use people_rows::{LastChange, PersonExport, PersonRow};
pub use person_creation::Creation;
pub use person_read::PersonRead;
pub use person_text::{ListedPerson, PersonText};
pub use person_traces::PersonTrace;
pub use previous_people::PreviousPerson;
pub use reader::Reader;
pub use recorded_bodies::RecordedBodies;
pub use recorded_headers::{HeaderLines, RecordedHeaders};
pub use remembered_session::RememberedSession;
pub use removals::{RemovalCount, Removals};
pub use request_counts::{QuarterHourCount, SyncCycle};
pub use request_health::{
    RefusalRun, RefusedWrite, RequestHealth, RequestKind, Verdict, WriteAct, WriteOutcome, WriteRefusal,
};
pub use retention::{ExpiredChanges, FileSize, RetentionLimits};
pub use role::Role;
pub use rule_changes::THROUGH_GROUP;
pub use rules::{Matching, Rules};
pub use scope::Scope;
pub use search::Search;
pub use sleep_intervals::SleepInterval;
pub use step_times::StepTimes;
pub use store::Store;
pub use store_metrics::StoreMetrics;
pub use stored_resource::StoredResource;
pub use task::{DEFECT_EXIT, catch_panic, spawn_supervised};
pub use token::{Token, TokenValidity};
pub use token_text::{PATTERN as TOKEN_PATTERN, TokenText};
pub use tx::Tx;
pub use undo::{
    UndoAct, UndoJob, UndoObstacle, UndoPlan, UndoRemark, UndoSelection, UndoState, UndoStep, UndoStepRow,
};
pub use unlink::UnlinkOutcome;
pub use unresolved_members::UnresolvedGroup;
pub use user_name_choice::UserNameChoice;
pub use wrong_secrets::{WRONG_SECRET, WrongSecret};
