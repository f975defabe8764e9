//! A request that the server does, and what is shown by its answer and afterwards.

use serde_json::Value;

use super::client_request::ClientRequest;
use super::model::Checked;
use super::run::{Run, Sent};

impl Run<'_> {
    /// The server does a request: as the model does, with the right status, and it is there afterwards.
    pub async fn answer(&mut self, sent: &Sent) -> (u16, Value) {
        let Sent { client, request, .. } = sent;
        let wanted = self.model.status(request);
        let wire = request.wire(self.clients[*client].dialect, self.names);
        let (status, body) = self.world.send(&self.endpoint, wire).await;
        assert_eq!(status, wanted, "seed {}, step {}, {request:?}: {body}", self.names.0, self.steps);
        if status == 409 {
            assert_eq!(body["scimType"], "uniqueness", "{body}");
        }
        let checked = self.model.apply(request, body["id"].as_str());
        self.must(checked, "an id");
        if status < 300 {
            let checked = self.check_answer(request, &body);
            self.must(checked, "an answer");
        }
        self.read_back(request, &body).await;
        if let Some(visitor) = &mut self.visitor {
            let checked = visitor.look(self.world, &self.model).await;
            self.must(checked, "sign-in");
        }
        (status, body)
    }

    /// What an answer shows.
    fn check_answer(&mut self, request: &ClientRequest, body: &Value) -> Checked {
        match request {
            ClientRequest::CreatePerson { .. }
            | ClientRequest::SetActive { .. }
            | ClientRequest::SetTitle { .. }
            | ClientRequest::Replace { .. } => self.model.check_person(body),
            ClientRequest::CreateGroup
            | ClientRequest::AddMember { .. }
            | ClientRequest::RemoveMember { .. }
            | ClientRequest::ReplaceGroup { .. } => self.model.check_group(body),
            ClientRequest::FindPerson { n } => {
                let is_here = self.model.named(&self.names.person(*n)).is_some();
                found(is_here, body)
                    .and_then(|shown| shown.map_or(Ok(()), |shown| self.model.check_person(shown)))
            }
            ClientRequest::FindGroup => {
                let is_here = self.model.present_group().is_some();
                found(is_here, body).map(drop)
            }
            ClientRequest::DeletePerson { .. } | ClientRequest::DeleteGroup { .. } => Ok(()),
        }
    }

    /// Reads what a request was about.
    async fn read_back(&mut self, request: &ClientRequest, body: &Value) {
        let (path, is_person) = match request {
            ClientRequest::FindPerson { .. } | ClientRequest::FindGroup => return,
            ClientRequest::CreatePerson { .. } | ClientRequest::CreateGroup => {
                let Some(id) = body["id"].as_str() else { return };
                let is_person = matches!(request, ClientRequest::CreatePerson { .. });
                (format!("/{}/{id}", if is_person { "Users" } else { "Groups" }), is_person)
            }
            ClientRequest::SetActive { id, .. }
            | ClientRequest::SetTitle { id, .. }
            | ClientRequest::Replace { id, .. }
            | ClientRequest::DeletePerson { id, .. } => (format!("/Users/{id}"), true),
            ClientRequest::AddMember { id, .. }
            | ClientRequest::RemoveMember { id, .. }
            | ClientRequest::ReplaceGroup { id, .. }
            | ClientRequest::DeleteGroup { id } => (format!("/Groups/{id}"), false),
        };
        let (status, shown) = self.world.send(&self.endpoint, ("GET", path.clone(), None)).await;
        let checked = match (status, is_person) {
            (200, true) => self.model.check_person(&shown),
            (200, false) => self.model.check_group(&shown),
            (404, _) => {
                let is_here = self.model.people.iter().any(|one| !one.is_deleted && path.ends_with(&one.id))
                    || self.model.present_group().is_some_and(|group| path.ends_with(&group.id));
                if is_here { Err(format!("{path} is not here any more")) } else { Ok(()) }
            }
            _ => Err(format!("{path}: {status} {shown}")),
        };
        self.must(checked, "read back");
    }
}

/// What a look-up found, if anything is there to be found; one alone.
fn found(is_here: bool, list: &Value) -> Result<Option<&Value>, String> {
    let listed = list["Resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (is_here, listed) {
        (false, []) => Ok(None),
        (true, [one]) => Ok(Some(one)),
        _ => Err(format!("a look-up found {list}")),
    }
}
