//! The limits that both the commands and the screens keep to. TypeScript reads them from `Limits.ts`.

use crate::error::{Code, Error};

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident $camel:literal = $value:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: usize = $value;)*

        /// The limits as a TypeScript module.
        #[cfg(test)]
        pub(crate) fn typescript() -> String {
            use std::fmt::Write as _;
            let mut out = String::from("export const limits = {\n");
            $(writeln!(out, "  {}: {},", $camel, $value).unwrap();)*
            out.push_str("} as const;\n");
            out
        }
    };
}

limits! {
    /// The shortest password an account may have, in characters.
    SHORTEST_PASSWORD "shortestPassword" = 12;
    /// The longest, in bytes: enough for any passphrase, too little to keep a processor busy.
    LONGEST_PASSWORD "longestPassword" = 1024;
    /// The shortest and the longest name of a connection, in characters.
    SHORTEST_CONNECTION_NAME "shortestConnectionName" = 2;
    LONGEST_CONNECTION_NAME "longestConnectionName" = 60;
    /// The longest label of a token, in characters.
    LONGEST_TOKEN_LABEL "longestTokenLabel" = 40;
    /// The longest name of a person, in characters.
    LONGEST_NAME "longestName" = 120;
    /// How many rows of a list one call answers at most.
    ROWS "rows" = 200;
    /// How many addresses and ranges a connection may allow.
    ALLOWED_ADDRESSES "allowedAddresses" = 200;
    /// How many people can be selected one by one, and how many one act changes: one transaction holds them all, and the
    /// providers' requests wait while it runs.
    SELECTED_PEOPLE "selectedPeople" = 1000;
    /// How many requests one export has at most, the newest: about 50 MB.
    EXPORTED_REQUESTS "exportedRequests" = 100_000;
    /// The longest beginning of a name that a list is searched for.
    JUMP_LETTERS "jumpLetters" = 100;
    /// The longest time until an untouched window is locked, in minutes.
    LONGEST_IDLE_MINUTES "longestIdleMinutes" = 240;
    /// How many days before its end a token or certificate is a warning, a problem and, on its last day, an error on the screen.
    ENDS_DAYS "endsDays" = 30;
    ENDS_SOON_DAYS "endsSoonDays" = 7;
    ENDS_LAST_DAYS "endsLastDays" = 1;
    /// The largest number of people from which a share is a mass change, and the largest that is one within an hour.
    MASS_LEAST "massLeast" = 1000;
    MASS_PEOPLE "massPeople" = 100_000;
    /// How many minutes after its token was created a connection that is being set up may be without any request.
    FIRST_REQUEST_MINUTES "firstRequestMinutes" = 10;
}

/// The number of rows of a list that a call may request: 1 to [`ROWS`].
pub(crate) fn checked_page(limit: u64) -> Result<u64, Error> {
    if (1..=ROWS as u64).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error {
            field: Some("limit".into()),
            ..Error::new(Code::Invalid, format!("limit is {limit}; it can be 1 to {ROWS}."))
        })
    }
}

/// The beginning of a name that a list is searched for.
pub(crate) fn checked_letters(text: &str) -> Result<(), Error> {
    let length = text.trim().chars().count();
    if (1..=JUMP_LETTERS).contains(&length) {
        return Ok(());
    }
    Err(Error::invalid("letters", format!("{length} letters were typed; type 1 to {JUMP_LETTERS}.")))
}
