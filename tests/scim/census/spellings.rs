//! Spellings of one address.

/// The path below the endpoint of a connection. `home` is the connection whose token is sent.
pub(super) struct At<'a> {
    pub connection: &'a str,
    pub path: &'a str,
    pub home: &'a str,
}

type Write = fn(&At<'_>) -> String;

impl At<'_> {
    /// As it is meant.
    pub fn plain(&self) -> String {
        format!("/scim/v2/{}{}", self.connection, self.path)
    }

    fn with_last_slash_as(&self, slash: &str) -> String {
        let plain = self.plain();
        let (before, behind) = plain.rsplit_once('/').unwrap();
        format!("{before}{slash}{behind}")
    }
}

/// All others, each with its name.
pub(super) const SPELLINGS: [(&str, Write); 13] = [
    ("capitals before the endpoint", |at| at.plain().replacen("/scim/v2", "/SCIM/V2", 1)),
    ("capitals", |at| format!("/scim/v2/{}{}", at.connection.to_uppercase(), at.path.to_uppercase())),
    ("a slash at the end", |at| format!("{}/", at.plain())),
    ("doubled slashes", |at| at.plain().replace('/', "//")),
    ("a dot segment", |at| format!("/scim/v2/{}/.{}", at.connection, at.path)),
    ("two dots behind the sender's own endpoint", |at| {
        format!("/scim/v2/{}/../{}{}", at.home, at.connection, at.path)
    }),
    ("an encoded letter", |at| {
        let (first, rest) = at.path[1..].split_at(1);
        format!("/scim/v2/{}/%{:02X}{rest}", at.connection, first.as_bytes()[0])
    }),
    ("an encoded slash", |at| at.with_last_slash_as("%2F")),
    ("a slash in overlong UTF-8", |at| at.with_last_slash_as("%C0%AF")),
    ("matrix parameters", |at| format!("{};x=1", at.plain())),
    ("another path in the query", |at| format!("{}?x=/../{}&y=//", at.plain(), at.home)),
    ("the absolute form", |at| format!("http://127.0.0.1:8470{}", at.plain())),
    ("NUL", |at| format!("{}%00", at.plain())),
];
