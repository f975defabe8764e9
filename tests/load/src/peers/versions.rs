//! Which peers there are, and in which versions: `tests/load/peers/versions.txt`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// A peer, as one line of the file names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub name: String,
    /// Where it stores people: `SQLite`, `in memory`.
    pub storage: String,
    pub registry: Registry,
    /// Its packages with their versions; the first one is the peer itself.
    pub packages: Vec<String>,
}

/// Where its packages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    Pypi,
    Npm,
}

impl Peer {
    /// Its own package, and the version of it.
    fn package(&self) -> (&str, &str) {
        let first = self.packages.first().map(String::as_str).unwrap_or_default();
        let parts = match self.registry {
            Registry::Pypi => first.split_once("=="),
            Registry::Npm => first.rsplit_once('@'),
        };
        parts.unwrap_or((first, ""))
    }

    /// Its package, without the version.
    pub(crate) fn package_name(&self) -> &str {
        self.package().0
    }

    /// Name, version and storage, for the table.
    pub(crate) fn title(&self) -> String {
        format!("{} {}, {}", self.name, self.package().1, self.storage)
    }

    /// The name of its folders, and of its script without the ending.
    pub(crate) fn file_name(&self) -> String {
        self.name.to_lowercase().replace(' ', "-")
    }
}

/// The folder with the versions, and with the scripts that start peers.
pub(crate) fn scripts() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"))
}

/// All peers, in the order of the table.
pub(crate) fn peers() -> Result<Vec<Peer>> {
    parse(&std::fs::read_to_string(scripts().join("versions.txt"))?)
}

fn parse(text: &str) -> Result<Vec<Peer>> {
    text.lines().filter(|line| !line.starts_with('#')).map(line).collect()
}

fn line(text: &str) -> Result<Peer> {
    let fields: Vec<&str> = text.split(';').map(str::trim).collect();
    let &[name, storage, registry, packages] = fields.as_slice() else {
        bail!("{text}: not four fields");
    };
    let registry = match registry {
        "pypi" => Registry::Pypi,
        "npm" => Registry::Npm,
        other => bail!("{other} is no registry that is known"),
    };
    let packages: Vec<String> = packages.split_whitespace().map(str::to_owned).collect();
    packages.first().with_context(|| format!("{text}: no package"))?;
    Ok(Peer { name: name.to_owned(), storage: storage.to_owned(), registry, packages })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_named_with_the_version_of_its_own_package() {
        let text = "# Comment\nOry Polis; SQLite; npm; @boxyhq/saml-jackson@26.2.0 express@4.22.3\n\
                    scim2-server; in memory; pypi; scim2-server==0.8.3\n";
        let peers = parse(text).unwrap();
        let titles: Vec<String> = peers.iter().map(Peer::title).collect();
        assert_eq!(titles, ["Ory Polis 26.2.0, SQLite", "scim2-server 0.8.3, in memory"]);
        assert_eq!(peers[0].packages, ["@boxyhq/saml-jackson@26.2.0", "express@4.22.3"]);
        assert_eq!((peers[0].package_name(), &*peers[0].file_name()), ("@boxyhq/saml-jackson", "ory-polis"));
    }

    #[test]
    fn a_line_of_another_form_is_an_error() {
        for text in ["SCIMMY; SQLite; npm", "SCIMMY; SQLite; cargo; scimmy@1", "SCIMMY; SQLite; npm; "] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_peer_has_fixed_versions_and_each_one_of_npm_a_script() {
        let peers = peers().unwrap();
        assert!(!peers.is_empty());
        for peer in peers {
            let mark = match peer.registry {
                Registry::Pypi => "==",
                Registry::Npm => "@",
            };
            for package in &peer.packages {
                let version = package.rsplit_once(mark).map(|(_, version)| version).unwrap();
                assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{package}");
            }
            let script = scripts().join(format!("{}.mjs", peer.file_name()));
            assert_eq!(script.is_file(), peer.registry == Registry::Npm, "{}", script.display());
        }
    }
}
