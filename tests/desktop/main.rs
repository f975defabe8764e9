//! The built app in a real window, used through `WebDriver` as a person uses it.

mod ending;
mod guides;
mod keyboard;
mod large;
mod main_job;
mod members;
mod newcomer;
mod player;
mod refusals;
mod rotation;
mod screens;
mod steps;
mod wizards;
