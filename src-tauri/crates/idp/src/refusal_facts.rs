//! What is known of why a request was refused: one type, from where it is refused over the request log to the sentence.

use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($($(#[$doc:meta])* $field:ident = $gap:literal;)*) => {
        /// What is known of why a request was refused. Each fact is a text as it is shown, and absent where it is unknown or
        /// is no fact of that reason; it fills the gap of its name in the sentences of [`crate::reasons`].
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct RefusalFacts {
            $(
                $(#[$doc])*
                #[serde(rename = $gap, default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<String>,
            )*
        }

        impl RefusalFacts {
            /// The text for a gap of a sentence.
            pub fn gap(&self, name: &str) -> Option<&str> {
                match name {
                    $($gap => self.$field.as_deref(),)*
                    _ => None,
                }
            }

            /// With each text changed.
            #[must_use]
            pub fn map(self, mut change: impl FnMut(String) -> String) -> Self {
                Self { $($field: self.$field.map(&mut change),)* }
            }

            /// Every fact with this text.
            pub fn all(text: &str) -> Self {
                Self { $($field: Some(text.to_owned()),)* }
            }
        }
    };
}

facts! {
    /// Who paused the connection or revoked the token.
    who = "who";
    /// The label of the token.
    label = "label";
    /// The day on which the token expired or was revoked.
    date = "date";
    /// The name of the connection that the token belongs to.
    other = "other";
    /// That connection's id.
    other_id = "otherId";
    /// The host name that the request used.
    host = "host";
    /// The address that sent headers of a proxy and is no trusted one.
    proxy = "proxy";
    /// The path of the attribute whose value is wrong.
    attribute = "attribute";
    /// What the attribute must be: "true or false".
    kind = "kind";
    /// What arrived in its place.
    value = "value";
    /// The userName that is in use.
    user_name = "userName";
    /// The displayName of a group that is in use.
    group = "group";
    /// The id of the account that has the userName.
    holder = "holder";
    /// The id of the group that has the displayName.
    holder_group = "holderGroup";
    /// What to do about a name in use.
    next = "next";
    /// After how many seconds the client was asked to try again.
    seconds = "seconds";
    /// How large the request is, with its unit.
    size = "size";
    /// How large it may be, with its unit.
    most = "most";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_stored_by_the_names_of_their_gaps_and_only_those_that_are_known() {
        let facts = RefusalFacts {
            user_name: Some("ada".to_owned()),
            holder_group: Some("7".to_owned()),
            ..RefusalFacts::default()
        };
        let stored = serde_json::to_string(&facts).unwrap();
        assert_eq!(stored, r#"{"userName":"ada","holderGroup":"7"}"#);
        assert_eq!(serde_json::from_str::<RefusalFacts>(&stored).unwrap(), facts);
        assert_eq!((facts.gap("userName"), facts.gap("who"), facts.gap("colour")), (Some("ada"), None, None));
        let of_another_version: RefusalFacts =
            serde_json::from_str(r#"{"who":"Grace","shade":"red"}"#).unwrap();
        assert_eq!(of_another_version.who.as_deref(), Some("Grace"), "an unknown fact hides no other");
    }
}
