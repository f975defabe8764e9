//! The enterprise extension of User (RFC 7643 sections 4.3 and 8.7.1).

use super::attribute::{Attribute, Mutability, Schema};
use super::resource_type::ENTERPRISE_USER_URN;

pub(super) fn schema() -> Schema {
    Schema {
        id: ENTERPRISE_USER_URN.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "What an enterprise knows about a person.".to_owned(),
        attributes: vec![
            Attribute::string("employeeNumber", "The number the organization gave to the person."),
            Attribute::string("costCenter", "The cost center."),
            Attribute::string("organization", "The organization."),
            Attribute::string("division", "The division."),
            Attribute::string("department", "The department."),
            Attribute::complex(
                "manager",
                vec![
                    Attribute::string("value", "The id of the manager.").exact(),
                    Attribute::reference("$ref", &["User"], "The address of the manager."),
                    Attribute::string("displayName", "The manager's name.").mutability(Mutability::ReadOnly),
                ],
                "The person's manager.",
            ),
        ],
    }
}
