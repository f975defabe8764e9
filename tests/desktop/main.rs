//! The built app in a real window, used through `WebDriver` as a person uses it.

mod main_job;
