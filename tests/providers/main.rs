//! What identity providers really send, replayed against the server.

mod replay;
mod transcript;
mod transcripts;
mod values;
mod workspace;
