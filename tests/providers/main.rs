//! What identity providers really send, replayed against the server.
