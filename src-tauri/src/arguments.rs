//! The app's own command line. All other commands belong to the `foundational` program.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use foundational::{Options, SecondStart, default_data_folder, variable_with_value};

/// Let an identity provider manage who has an account: SCIM 2.0 served from this computer.
#[derive(Debug, Parser)]
#[command(name = "foundational-desktop", version)]
pub(crate) struct Arguments {
    /// The data folder [default: the user's own data folder]
    #[arg(long, env = variable_with_value("FOUNDATIONAL_DATA"), value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port on this computer [default: the value in Settings, else 127.0.0.1:8470]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Use the data folder even on a network or FUSE file system, where a database can be damaged
    #[arg(long)]
    insist_on_this_folder: bool,
    /// Serve without opening the window, as at sign-in
    #[arg(long)]
    pub(crate) hidden: bool,
    /// A place in the app, such as `foundational://connections/ID`
    #[arg(value_name = "PLACE")]
    pub(crate) link: Option<String>,
}

impl Arguments {
    /// A launch without a data folder of its own.
    pub(crate) fn is_plain(&self) -> bool {
        self.data.is_none()
    }

    /// What this launch wants of an app that already runs.
    pub(crate) fn start(&self) -> SecondStart {
        SecondStart { hidden: self.hidden, link: self.link.clone() }
    }

    pub(crate) fn options(&self) -> Options {
        let data = self.data.clone().unwrap_or_else(default_data_folder);
        Options { data, listen: self.listen, public_url: None, insist: self.insist_on_this_folder }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_launch_with_a_folder_of_its_own_is_not_the_one_instance() {
        let own = Arguments::parse_from(["foundational-desktop", "--data", "elsewhere"]);
        assert!(!own.is_plain(), "another folder is another workspace");
        assert_eq!(own.options().data, PathBuf::from("elsewhere"), "the folder is the one that was named");
    }

    #[test]
    fn a_place_may_be_named() {
        let launch = Arguments::parse_from(["foundational-desktop", "--hidden", "foundational://users/7"]);
        assert_eq!(launch.link.as_deref(), Some("foundational://users/7"), "the place is taken as it is");
        assert!(launch.hidden, "and the other options with it");
    }
}
