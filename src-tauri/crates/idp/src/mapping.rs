//! The attributes of a person that an account needs or shows, and what the identity providers map to them.
//!
//! Sources of the mappings. Okta: the attributes of the SCIM template apps (`user.*` are fields of Okta's profile); the
//! external id and the status are sent without a mapping. Microsoft Entra ID: the table of default attributes in
//! "Tutorial: Develop and plan provisioning for a SCIM endpoint"; of the default for `externalId` (`mailNickname`, which two
//! people may share) vendors' guides advise against.

use crate::provider::Provider;
use crate::received::OTHER_FILTER;

/// How much an account needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Without it no person is created (RFC 7643 section 4.1.1).
    Required,
    /// Without it an account works badly: it has no name, cannot be found, or does not end.
    Expected,
    /// It is shown.
    Optional,
    /// It is not sent with a person.
    None,
}

/// One attribute of a person.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// What screens call it: "First name".
    pub name: &'static str,
    /// Its path, as a provider's mapping has it.
    pub attribute: &'static str,
    /// Paths under which it is as good.
    pub also: &'static [&'static str],
    /// How much it is needed.
    pub need: Need,
    okta: Option<&'static str>,
    /// Okta sends it without a mapping.
    is_automatic_in_okta: bool,
    azure: Option<&'static str>,
}

impl Field {
    const fn new(name: &'static str, attribute: &'static str, need: Need) -> Self {
        Self { name, attribute, also: &[], need, okta: None, is_automatic_in_okta: false, azure: None }
    }

    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    const fn okta(self, source: &'static str) -> Self {
        Self { okta: Some(source), ..self }
    }

    const fn automatic_in_okta(self, source: &'static str) -> Self {
        Self { is_automatic_in_okta: true, ..self.okta(source) }
    }

    const fn azure(self, source: &'static str) -> Self {
        Self { azure: Some(source), ..self }
    }

    /// What the provider maps to it; none where it has no default or is not known.
    pub const fn source(&self, provider: Provider) -> Option<&'static str> {
        match provider {
            Provider::Okta => self.okta,
            Provider::Azure => self.azure,
            Provider::Custom => None,
        }
    }

    /// Whether the provider has a mapping for it by default, which an Admin there can take out.
    pub const fn is_mapped(&self, provider: Provider) -> bool {
        self.source(provider).is_some() && !(self.is_automatic_in_okta && matches!(provider, Provider::Okta))
    }

    /// Whether it is the account's e-mail address.
    pub fn is_email(&self) -> bool {
        self.top() == "emails"
    }

    /// Whether a path is one of this attribute's.
    pub fn has(&self, path: &str) -> bool {
        std::iter::once(&self.attribute).chain(self.also).any(|own| own.eq_ignore_ascii_case(path))
    }

    /// The attribute without a selection and a sub-attribute: `emails`.
    pub fn top(&self) -> &'static str {
        self.attribute
            .split(['[', '.'])
            .next()
            .filter(|_| !self.attribute.contains(':'))
            .unwrap_or(self.attribute)
    }

    /// Whether a path is of the same list of values: `emails[type eq "home"].value` of `emails[type eq "work"].value`. Of an
    /// element that another filter selects it is not known which one it is.
    pub fn is_beside(&self, path: &str) -> bool {
        let part = path.strip_prefix(self.top()).and_then(|rest| rest.rsplit_once('.'));
        let is_known = !path.contains(OTHER_FILTER);
        self.attribute.contains('[')
            && !self.has(path)
            && is_known
            && part.is_some_and(|(_, part)| part == "value")
    }

    /// Whether the path of a refused value, `emails.value` or `name`, is about it.
    pub fn is_meant_by(&self, refused: &str) -> bool {
        let simple = |path: &str| {
            let last = path.rsplit(':').next().unwrap_or(path);
            last.split('[').next().unwrap_or(last).split('.').next().unwrap_or(last).to_lowercase()
        };
        self.has(refused) || simple(refused) == simple(self.attribute) && !self.has_sibling(refused)
    }

    /// Whether a refused path is exactly that of another attribute: `name.familyName` is not about `name.givenName`.
    fn has_sibling(&self, refused: &str) -> bool {
        FIELDS.iter().any(|other| other.attribute != self.attribute && other.has(refused))
    }
}

/// The attributes, in the order of a screen.
pub const FIELDS: &[Field] = &[
    Field::new("User name", "userName", Need::Required)
        .okta("Application username (Sign On)")
        .azure("userPrincipalName"),
    Field::new("External ID", "externalId", Need::Expected)
        .automatic_in_okta("Okta's user id, sent without a mapping")
        .azure("objectId"),
    Field::new("First name", "name.givenName", Need::Expected).okta("user.firstName").azure("givenName"),
    Field::new("Last name", "name.familyName", Need::Expected).okta("user.lastName").azure("surname"),
    Field::new("Display name", "displayName", Need::Optional).okta("user.displayName").azure("displayName"),
    Field::new("E-mail", "emails[type eq \"work\"].value", Need::Expected)
        .also(&["emails[primary eq true].value"])
        .okta("user.email")
        .azure("mail"),
    Field::new("Active", "active", Need::Expected)
        .automatic_in_okta("The status, sent without a mapping")
        .azure("Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")"),
    Field::new("Job title", "title", Need::Optional).okta("user.title").azure("jobTitle"),
    Field::new(
        "Department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        Need::Optional,
    )
    .okta("user.department")
    .azure("department"),
    Field::new(
        "Employee number",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        Need::Optional,
    )
    .okta("user.employeeNumber")
    .azure("employeeId"),
    Field::new(
        "Manager",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        Need::Optional,
    )
    .also(&["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"])
    .okta("user.managerId")
    .azure("manager"),
    Field::new("Phone", "phoneNumbers[type eq \"work\"].value", Need::Optional)
        .also(&["phoneNumbers[primary eq true].value"])
        .okta("user.primaryPhone")
        .azure("telephoneNumber"),
    Field::new("Locale", "locale", Need::Optional).okta("user.locale"),
    Field::new("Time zone", "timezone", Need::Optional).okta("user.timezone"),
    Field::new("Groups", "groups", Need::None),
];

/// The mapping as a table to paste: a line for each attribute that the provider maps, source and target separated by a tab.
/// For a provider that is not known, the names of this program and the targets.
pub fn as_text(provider: Provider) -> String {
    let head = match provider {
        Provider::Okta | Provider::Azure => format!("{}\tSCIM attribute", provider.label()),
        Provider::Custom => "Field\tSCIM attribute".to_owned(),
    };
    let line = |field: &Field| {
        let source = if provider == Provider::Custom { Some(field.name) } else { field.source(provider) };
        Some(format!("{}\t{}", source?, field.attribute))
    };
    let sent = FIELDS.iter().filter(|field| field.need != Need::None);
    let mut text: Vec<String> = std::iter::once(head).chain(sent.filter_map(line)).collect();
    text.push(String::new());
    text.join("\n")
}

#[cfg(test)]
mod tests {
    use scim::{Registry, ResourceType};

    use super::*;
    use crate::resolved_path::ResolvedPath;

    #[test]
    fn each_path_is_one_of_the_schemas() {
        let registry = Registry::standard();
        for path in FIELDS.iter().flat_map(|field| std::iter::once(&field.attribute).chain(field.also)) {
            let found = ResolvedPath::resolve(&registry, ResourceType::User, path);
            assert_eq!(found.map(|place| place.path()).as_deref(), Some(*path), "{path}");
        }
    }

    #[test]
    fn a_refused_path_is_about_its_attribute_alone() {
        let meant = |refused: &str| -> Vec<&str> {
            FIELDS.iter().filter(|field| field.is_meant_by(refused)).map(|field| field.name).collect()
        };
        for (refused, names) in [
            ("active", vec!["Active"]),
            ("emails", vec!["E-mail"]),
            ("emails.value", vec!["E-mail"]),
            ("name", vec!["First name", "Last name"]),
            ("name.familyName", vec!["Last name"]),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", vec!["Manager"]),
            ("manager.value", vec!["Manager"]),
            ("nickName", vec![]),
        ] {
            assert_eq!(meant(refused), names, "{refused}");
        }
    }

    #[test]
    fn a_value_beside_the_one_that_is_meant_is_known() {
        let email = FIELDS.iter().find(|field| field.name == "E-mail").unwrap();
        assert!(email.is_beside("emails[type eq \"home\"].value"));
        assert!(email.is_beside("emails.value"));
        for path in [
            "emails[type eq \"work\"].value",
            "emails[primary eq true].value",
            "emails[…].value",
            "title",
            "emails.type",
        ] {
            assert!(!email.is_beside(path), "{path}");
        }
    }

    #[test]
    fn what_a_provider_maps_by_default_is_neither_what_it_sends_anyway_nor_what_is_not_known() {
        let mapped = |provider: Provider| -> Vec<&str> {
            let expected = FIELDS.iter().filter(|field| field.need == Need::Expected);
            expected.filter(|field| field.is_mapped(provider)).map(|field| field.name).collect()
        };
        assert_eq!(mapped(Provider::Okta), ["First name", "Last name", "E-mail"]);
        assert_eq!(mapped(Provider::Azure), ["External ID", "First name", "Last name", "E-mail", "Active"]);
        assert_eq!(mapped(Provider::Custom), Vec::<&str>::new());
    }

    #[test]
    fn the_mapping_is_a_table_of_sources_and_targets() {
        let azure = as_text(Provider::Azure);
        assert!(azure.starts_with("Azure\tSCIM attribute\nuserPrincipalName\tuserName\n"), "{azure}");
        assert!(azure.contains("\nmail\temails[type eq \"work\"].value\n"), "{azure}");
        assert!(!azure.contains("timezone"), "Azure maps none by default: {azure}");
        assert!(as_text(Provider::Okta).contains("\nuser.firstName\tname.givenName\n"));
        let custom = as_text(Provider::Custom);
        assert!(custom.contains("\nFirst name\tname.givenName\n") && !custom.contains("groups"), "{custom}");
    }
}
