//! Every address below an endpoint, from the router's own table.

use crate::requests::USER;

/// The addresses, with this person and this group where one is named.
pub fn addresses(person: &str, group: &str) -> Vec<String> {
    let fill = |pattern: &str| {
        let Some((endpoint, _)) = pattern.split_once("/{") else { return pattern.to_owned() };
        let named = match endpoint {
            "/Users" => person,
            "/Groups" => group,
            "/Schemas" => USER,
            "/ResourceTypes" => "User",
            other => panic!("{other}: which one of them is there?"),
        };
        format!("{endpoint}/{named}")
    };
    scim::ROUTES.iter().map(|route| fill(route.pattern)).collect()
}
