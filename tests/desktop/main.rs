//! The built app in a real window, used through `WebDriver` as a person uses it.

mod ending;
mod guides;
mod main_job;
mod refusals;
mod steps;
