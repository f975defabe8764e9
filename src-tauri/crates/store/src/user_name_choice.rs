//! How the userName of a connection's people is shown.

use scim::fold;
use serde::{Deserialize, Serialize};

scim::words! {
    /// How a userName is shown. It is compared without regard to case in each choice (RFC 7643 section 4.1.1: `caseExact` false).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum UserNameChoice {
        /// As it was sent.
        #[default]
        AsSent = "asSent",
        /// In lower case.
        LowerCase = "lowerCase",
    }
}

impl UserNameChoice {
    /// What is shown of a userName. It always folds as what was sent, so that it finds the person and signs in: one whose lower case
    /// folds differently is shown as it was sent.
    pub(crate) fn shown(self, sent: &str) -> String {
        let lower = match self {
            Self::AsSent => return sent.to_owned(),
            Self::LowerCase => sent.to_lowercase(),
        };
        let is_same = sent.is_ascii() || fold(&lower) == fold(sent);
        if is_same { lower } else { sent.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_in_lower_case_folds_as_the_one_that_was_sent() {
        let shown = |sent: &str| UserNameChoice::LowerCase.shown(sent);
        for (sent, wanted) in [("ÉLODIE", "élodie"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("Ada  L", "ada  l"), ("", "")]
        {
            assert_eq!(shown(sent), wanted);
        }
        let capitals = (char::MIN..=char::MAX).filter(|one| one.to_lowercase().ne([*one]));
        let mut lowered = 0;
        for sent in capitals.map(|capital| format!("x{capital}.")) {
            let lower = shown(&sent);
            assert_eq!(fold(&lower), fold(&sent), "{sent}");
            lowered += usize::from(lower != sent);
        }
        assert!(lowered > 1_000, "{lowered}");
    }

    #[test]
    fn a_choice_is_read_as_it_was_stored() {
        for choice in UserNameChoice::ALL {
            assert_eq!(UserNameChoice::from_word(choice.as_str()), Some(choice));
        }
    }
}
