use super::*;
use crate::normalisation::Normalisations;
use crate::provider::Provider;

fn read(filter: &str) -> (String, Vec<&'static str>) {
    let registry = Registry::standard();
    let mut normalisations = Normalisations::new(Provider::Azure);
    let mut context = Context {
        registry: &registry,
        base: "https://x/scim/v2/c",
        kind: ResourceType::User,
        normalisations: &mut normalisations,
    };
    let out = query(&mut context, filter).unwrap_or_else(|| filter.to_owned());
    (out, normalisations.into_list().iter().map(|known| known.code).collect())
}

#[test]
fn a_suffix_moves_inside_the_brackets() {
    let (out, notes) = read(r#"emails[type eq "work"].value eq "ada@example.com""#);
    assert_eq!(out, r#"emails[type eq "work" and value eq "ada@example.com"]"#);
    assert_eq!(notes, ["filter.suffix"]);
    assert_eq!(
        read(r#"active eq true and emails[type eq "a" or type eq "b"].value pr or title eq "x""#).0,
        r#"active eq true and emails[(type eq "a" or type eq "b") and value pr] or title eq "x""#,
        "the terms around it and the precedence within do not change"
    );
}

#[test]
fn short_names_resolve_to_their_attribute() {
    assert_eq!(read(r#"email Co "ada""#).0, r#"emails.value Co "ada""#);
    assert_eq!(
        read(r#"id eq "u-1" and manager eq "u-42""#).0,
        r#"id eq "u-1" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "u-42""#
    );
}

#[test]
fn booleans_in_quotes_are_compared_as_booleans() {
    assert_eq!(read(r#"active eq "True""#).0, "active eq true");
    assert_eq!(
        read(r#"roles[primary eq "True"].value eq "x""#).0,
        r#"roles[primary eq true and value eq "x"]"#
    );
    assert_eq!(read(r#"title eq "True""#).0, r#"title eq "True""#, "a text is not changed");
}

#[test]
fn a_word_without_quotes_is_compared_as_the_text_it_is() {
    for (sent, right) in [
        ("userName eq ada", r#"userName eq "ada""#),
        ("externalId eq 7", r#"externalId eq "7""#),
        (r"userName Eq CORP\ada", r#"userName Eq "CORP\\ada""#),
        ("emails[type eq work]", r#"emails[type eq "work"]"#),
        ("(emails eq a@x)", r#"(emails eq "a@x")"#),
        ("emails[type eq work].value sw ada", r#"emails[type eq "work" and value sw "ada"]"#),
        ("meta.created gt 2026-01-01T00:00:00Z", r#"meta.created gt "2026-01-01T00:00:00Z""#),
    ] {
        let (out, notes) = read(sent);
        assert_eq!(out, right, "{sent}");
        assert!(notes.contains(&"filter.bare_word"), "{sent}: {notes:?}");
    }
    for untouched in ["title eq null", "title eq 'ada'", "title eq and", "active eq true", "shoeSize eq big"]
    {
        assert_eq!(read(untouched).0, untouched, "left to the parser");
    }
}

#[test]
fn filters_of_the_rfc_are_not_changed() {
    for filter in [
        r#"userName Eq "bjensen""#,
        r#"username eq "a and b[c].d eq \"e\"""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType ne "Employee" and not (emails[type eq "work"] pr)"#,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        "title pr",
    ] {
        assert_eq!(read(filter), (filter.to_owned(), vec![]), "{filter}");
    }
}

#[test]
fn malformed_filters_are_not_changed() {
    for filter in
        ["", "emails[", "emails[].value", "a eq", "\"", "emails[type eq \"x\"].value", "é[ö].ü eq \"ß\""]
    {
        let _ = read(filter);
    }
    let deep = "(".repeat(100_000);
    assert_eq!(read(&deep).0, deep, "nesting costs nothing here");
}
