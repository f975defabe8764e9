//! The only crate that answers SCIM over HTTP.
//!
//! **Invariant**: nothing leaves it that is not a SCIM body or empty: unknown paths, wrong methods, bodies too large,
//! overload and faults included. A request is authenticated before anything in it is parsed, and recorded however it
//! ends.
//!
//! `pipeline.rs` shows the steps of a request, top to bottom. To add an operation: `execute/`, a function that takes the
//! [`Job`](execute::job::Job) and returns an [`Answer`](answer::Answer); what it takes and answers is in
//! `openapi/operations.rs`, for people who write a client.

mod acceptor;
mod address;
mod alike;
mod allowed_addresses;
mod allowed_hosts;
mod answer;
mod arrival;
mod authenticate;
mod bodies_setting;
mod body;
mod client_origin;
mod cursor;
mod describe;
mod discovery_access;
mod distrust;
mod evidence;
mod exchange;
mod execute;
mod explain;
mod exposed_token;
mod flood;
mod forwarded;
mod framing;
mod health;
mod host_names;
mod intent;
mod limits;
mod listener;
mod local_or_encrypted;
mod looked_up;
mod notes;
mod open_files;
mod openapi;
mod own_requests;
mod passed_sockets;
mod pipeline;
mod pool;
mod private_network;
mod reachability;
mod record;
mod recorded_request;
mod redact;
mod refusal;
mod request_counts;
mod request_metrics;
mod response;
mod route;
mod sandbox;
mod sent_headers;
mod sent_write;
mod sentences;
mod server;
mod socket_guard;
mod sockets;
mod streamed_answer;
mod throttle;
mod tls;
mod to_the_end;
mod trusted_proxies;
mod unrouted;

pub use address::Address;
pub use allowed_addresses::is_address_range;
pub use client_origin::is_of_this_computer;
pub use host_names::{host_of, is_name_for, is_this_computer, parse_host_name, without_brackets};
pub use limits::ServerLimits;
pub use listener::{ListenError, Listener};
pub use looked_up::looked_up_and_not_found;
pub use openapi::openapi;
pub use passed_sockets::{passed_addresses, take_passed_sockets};
pub use pool::PoolLimits;
pub use reachability::{Arrival, REACHABILITY_DATE, REACHABILITY_HEADER, REACHABILITY_PATH};
pub use request_metrics::{Durations, RequestCount, RequestMetrics};
pub use sandbox::Sandbox;
pub use sentences::refused_creation;
pub use server::Server;
pub use sockets::SocketLimits;
pub use tls::{Challenge, Pair, Tls};
pub use trusted_proxies::is_proxy_range;
