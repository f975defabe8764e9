//! What was acknowledged is there after the process was killed at any moment.

mod killed;
