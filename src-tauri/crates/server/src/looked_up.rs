//! The sentence of the log on a look-up, and what a reader of the log takes from it.

use scim::{Comparand, CompareOp, Filter, Node};

const BEGINS: &str = "Looked up ";
/// A client looks a user up before it creates one, so that finding nothing is ordinary.
const FOUND_NOTHING: &str = ": not found (normal)";
/// The answer to a read by id is 404.
const NO_SUCH_ID: &str = ": not found";

/// The sentence on a search with a filter; `first` is the name of the first resource that was found.
pub(crate) fn searched(filter: &Filter, total: u64, first: Option<&str>) -> String {
    let looked_up =
        compared_text(filter).map_or_else(|| format!("{BEGINS}{filter}"), |value| format!("{BEGINS}{value}"));
    match (total, first) {
        (0, _) => format!("{looked_up}{FOUND_NOTHING}"),
        (1, Some(display)) => format!("{looked_up}: found {display}"),
        (total, _) => format!("{looked_up}: {total} found"),
    }
}

/// The sentence on a read of a resource that is not here, by its name or id.
pub(crate) fn not_here(subject: &str) -> String {
    format!("{BEGINS}{subject}{NO_SUCH_ID}")
}

/// The values of a look-up that found nothing, by the sentence that the log has of it: a name or an address, or those that a
/// longer filter compares with. Empty for every other sentence.
pub fn looked_up_and_not_found(sentence: &str) -> Vec<&str> {
    let Some(asked) = sentence.strip_prefix(BEGINS) else { return Vec::new() };
    let Some(asked) = asked.strip_suffix(FOUND_NOTHING).or_else(|| asked.strip_suffix(NO_SUCH_ID)) else {
        return Vec::new();
    };
    let quoted: Vec<&str> = asked.split('"').skip(1).step_by(2).collect();
    if quoted.is_empty() { vec![asked] } else { quoted }
}

/// The one text that a filter compares with, if that is all it does: `userName eq "ada"`.
fn compared_text(filter: &Filter) -> Option<&str> {
    match &filter.nodes[filter.root] {
        Node::Compare { op: CompareOp::Eq, value: Comparand::String(text), .. } => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use scim::{Registry, ResourceType};

    use super::*;

    #[test]
    fn the_values_that_were_not_found_are_read_from_the_sentence() {
        for (filter, values) in [
            (r#"userName eq "ada@example.com""#, &["ada@example.com"][..]),
            (r#"userName eq "ada: not found""#, &["ada: not found"]),
            (r#"userName eq "ada" and externalId eq "4711""#, &["ada", "4711"]),
            (r#"emails[type eq "work" and value eq "ada@example.com"]"#, &["work", "ada@example.com"]),
        ] {
            let parsed = Filter::parse(filter, &Registry::standard(), ResourceType::User).unwrap();
            assert_eq!(looked_up_and_not_found(&searched(&parsed, 0, None)), values, "{filter}");
            for found in [searched(&parsed, 1, Some("Ada")), searched(&parsed, 2, Some("Ada"))] {
                assert_eq!(looked_up_and_not_found(&found), Vec::<&str>::new(), "{found}");
            }
        }
        assert_eq!(looked_up_and_not_found(&not_here("Ada Lovelace")), ["Ada Lovelace"]);
        assert_eq!(looked_up_and_not_found("Created Ada: not found"), Vec::<&str>::new());
    }
}
