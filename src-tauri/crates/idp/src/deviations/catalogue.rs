//! Every deviation in one table, for the report of a connection and the documentation.

use super::{
    booleans, elements, execution, extensions, filters, flat_keys, json_in_text, manager, members,
    operation_names, oversized_photos, read_only, removals, scalars, schema_object, schemas,
    unknown_attributes,
};
use crate::authorization;
use crate::deviation::Deviation;

/// Every known deviation, in the order in which they are looked for.
pub const ALL: [&Deviation; 34] = [
    &authorization::BARE_TOKEN,
    &authorization::BEARER_TWICE,
    &authorization::SPACES,
    &filters::SUFFIX,
    &filters::ALIAS,
    &filters::QUOTED_BOOLEAN,
    &filters::BARE_WORD,
    &operation_names::KEYS,
    &operation_names::CASE,
    &schemas::MESSAGE,
    &schemas::RESOURCE,
    &schemas::MISSPELT,
    &flat_keys::FLAT_KEYS,
    &flat_keys::ELEMENT_KEYS,
    &read_only::IN_VALUE,
    &extensions::UNQUALIFIED,
    &extensions::WHOLE,
    &extensions::DOTTED,
    &schema_object::WRAPPED,
    &elements::WRAPPED,
    &elements::BARE,
    &booleans::TEXT,
    &scalars::FOR_TEXT,
    &oversized_photos::OVERSIZED,
    &json_in_text::JSON_IN_TEXT,
    &manager::FORM,
    &members::ID_FORM,
    &members::BY_VALUE,
    &removals::VALUE,
    &unknown_attributes::UNKNOWN,
    &execution::EMPTY_VALUE,
    &execution::UNKNOWN_ATTRIBUTE,
    &execution::PUT_WITHOUT_MEMBERS,
    &execution::PUT_WITHOUT_ACTIVE,
];

/// The deviation with that code.
pub fn by_code(code: &str) -> Option<&'static Deviation> {
    ALL.into_iter().find(|deviation| deviation.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_every_field_is_filled() {
        let mut codes: Vec<&str> = ALL.iter().map(|deviation| deviation.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len(), "two deviations share a code");
        for deviation in ALL {
            assert!(deviation.rule.starts_with("RFC "), "{} names no section", deviation.code);
            for field in [deviation.title, deviation.senders, deviation.source, deviation.answer] {
                assert!(!field.is_empty(), "{} is incomplete", deviation.code);
            }
            assert_eq!(by_code(deviation.code), Some(deviation));
        }
    }
}
