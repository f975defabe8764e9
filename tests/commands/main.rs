//! What a person can do: the command table as windows call it, and the command line as a shell calls it.

mod accounts;
mod command_line;
mod connections;
mod exposure;
mod people;
mod rules;
