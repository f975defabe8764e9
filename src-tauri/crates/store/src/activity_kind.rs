//! What a request is about, as the log is filtered by it.

use idp::IncomingRequest;
use idp::recognise::{KnownEvent, recognise};
use scim::Target;

use crate::Activity;

/// What a request is about. A Bulk request, and one that met no endpoint, is about none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[ts(export)]
pub enum ActivityKind {
    /// Users, and it is no test.
    User,
    /// Groups, and it is no test.
    Group,
    /// What this server supports: `/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes`.
    Discovery,
    /// By it a client tests the connection, with a made-up name or a page of one or two users.
    Test,
}

impl Activity {
    /// What it is about. That follows from what is recorded, also in the rows of an older version.
    pub fn kind(&self) -> Option<ActivityKind> {
        let (path, query) = self.path.split_once('?').unwrap_or((self.path.as_str(), ""));
        if let Some(
            Target::ServiceProviderConfig
            | Target::Schemas
            | Target::Schema(_)
            | Target::ResourceTypes
            | Target::ResourceTypeNamed(_),
        ) = Target::parse(path)
        {
            return Some(ActivityKind::Discovery);
        }
        let kind = match self.resource_type.as_deref()? {
            "User" => ActivityKind::User,
            "Group" => ActivityKind::Group,
            _ => return None,
        };
        Some(if self.is_test(path, query) { ActivityKind::Test } else { kind })
    }

    /// Whether its sentence is that of a test: a look-up by the same address that found someone has another one.
    fn is_test(&self, path: &str, query: &str) -> bool {
        if self.method != "GET" {
            return false;
        }
        let request = IncomingRequest {
            method: self.method.clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            body: None,
        };
        let recognised = recognise(&request, self.user_agent.as_deref());
        let is_known = matches!(
            recognised.event,
            Some(KnownEvent::AzureTestConnection | KnownEvent::OktaTest | KnownEvent::Probe)
        );
        is_known && recognised.sentence(self.status).as_ref() == Some(&self.sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_of_the_kind_that_its_address_and_its_sentence_say() {
        const AZURE: &str =
            "Azure's Test connection: it looked up a made-up name and got an empty list, as expected.";
        const OKTA: &str = "Okta's credentials test failed. Okta shows the error beside the test button.";
        let guid = "/Users?filter=userName+eq+%220190a0b0-0000-7000-8000-000000000001%22";
        let user = Some("User");
        for (method, path, resource_type, status, sentence, kind) in [
            ("GET", "/Users?count=100", user, 200, "Listed", Some(ActivityKind::User)),
            ("PATCH", "/Groups/1", Some("Group"), 204, "Changed", Some(ActivityKind::Group)),
            ("GET", "/Schemas", None, 200, "Listed", Some(ActivityKind::Discovery)),
            ("GET", "/Schemas/urn:x?a=b", None, 404, "None", Some(ActivityKind::Discovery)),
            ("GET", "/ServiceProviderConfig", None, 401, "Refused", Some(ActivityKind::Discovery)),
            ("POST", "/ResourceTypes/User", None, 405, "Refused", Some(ActivityKind::Discovery)),
            ("GET", guid, user, 200, AZURE, Some(ActivityKind::Test)),
            ("GET", guid, user, 200, "Looked for a user", Some(ActivityKind::User)),
            ("GET", "/Users?startIndex=1&count=2", user, 401, OKTA, Some(ActivityKind::Test)),
            (
                "GET",
                "/Users?count=1",
                user,
                200,
                "The client checked whether this address answers.",
                Some(ActivityKind::Test),
            ),
            ("POST", "/Bulk", None, 200, "Did 3 operations", None),
            ("GET", "/scim/v2/Users", None, 404, "Refused", None),
        ] {
            let row = Activity {
                method: method.to_owned(),
                path: path.to_owned(),
                status,
                sentence: sentence.to_owned(),
                resource_type: resource_type.map(str::to_owned),
                ..Activity::example("a")
            };
            assert_eq!(row.kind(), kind, "{method} {path}: {sentence}");
        }
    }
}
