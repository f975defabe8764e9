//! The built app in a real window, used through `WebDriver` as a person uses it.

mod ending;
mod guides;
mod keyboard;
mod large;
mod main_job;
mod members;
mod player;
mod refusals;
mod rotation;
mod steps;
mod wizards;
