//! Deviations that `scim` and `server` normalise while they execute the request. They are described here for the report
//! of a connection and the documentation.

use crate::deviation::Deviation;

/// Empty where a value is expected. Microsoft's gallery tests patch a mapped attribute with `""` and then with null, and
/// want it empty afterwards; Okta's test plan pushes empty values and wants no error.
pub const EMPTY_VALUE: Deviation = Deviation {
    code: "value.empty",
    title: "An empty text or null for \"no value\"",
    senders: "Okta, Microsoft's gallery tests, Entra validator",
    source: "Microsoft's validation overview; Okta's SCIM test plan",
    rule: "RFC 7643 section 2.5",
    answer: "Read as no value: replace and PUT remove what is there, POST and add store nothing; active does not change",
};

/// A value with attributes that no schema defines, in a create, a PUT or a PATCH.
pub const UNKNOWN_ATTRIBUTE: Deviation = Deviation {
    code: "attribute.unknown",
    title: "A resource or a value with attributes that are in no schema",
    senders: "Azure (custom extensions), Rippling, home-made clients",
    source: "Entra docs, attribute customisation",
    rule: "RFC 7643 section 2.5",
    answer: "Ignored; everything else was saved",
};

/// A PUT of a group without `members`.
pub const PUT_WITHOUT_MEMBERS: Deviation = Deviation {
    code: "put.without_members",
    title: "A group put without members",
    senders: "authentik, home-made clients that rename a group",
    source: "Fact of PUT: what is left out may be cleared (RFC 7644 section 3.5.1)",
    rule: "RFC 7644 section 3.5.1",
    answer: "The members do not change; an empty list empties the group",
};

/// A PUT of a person without `active`.
pub const PUT_WITHOUT_ACTIVE: Deviation = Deviation {
    code: "put.without_active",
    title: "A person put without active",
    senders: "OneLogin templates, Okta with an unmapped status",
    source: "Okta docs (a profile push does not carry the status); OneLogin vendor guides",
    rule: "RFC 7644 section 3.5.1",
    answer: "Access does not change: a leaver does not get it back, and no one loses it",
};
