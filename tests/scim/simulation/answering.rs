//! A request that the server does, and what is shown by its answer and afterwards.

use serde_json::Value;

use super::ask::Ask;
use super::model::Checked;
use super::run::{Run, Sent};

impl Run<'_> {
    /// The server does a request: as the model does, with the right status, and it is there afterwards.
    pub async fn answer(&mut self, sent: &Sent) -> (u16, Value) {
        let Sent { client, ask, .. } = sent;
        let wanted = self.model.status(ask);
        let wire = ask.wire(self.clients[*client].dialect, self.names);
        let (status, body) = self.world.send(&self.endpoint, wire).await;
        assert_eq!(status, wanted, "seed {}, step {}, {ask:?}: {body}", self.names.0, self.steps);
        if status == 409 {
            assert_eq!(body["scimType"], "uniqueness", "{body}");
        }
        let checked = self.model.apply(ask, body["id"].as_str());
        self.must(checked, "an id");
        if status < 300 {
            let checked = self.check_answer(ask, &body);
            self.must(checked, "an answer");
        }
        self.read_back(ask, &body).await;
        if let Some(visitor) = &mut self.visitor {
            let checked = visitor.look(self.world, &self.model).await;
            self.must(checked, "sign-in");
        }
        (status, body)
    }

    /// What an answer shows.
    fn check_answer(&mut self, ask: &Ask, body: &Value) -> Checked {
        match ask {
            Ask::CreatePerson { .. } | Ask::SetActive { .. } | Ask::SetTitle { .. } | Ask::Replace { .. } => {
                self.model.check_person(body)
            }
            Ask::CreateGroup
            | Ask::AddMember { .. }
            | Ask::RemoveMember { .. }
            | Ask::ReplaceGroup { .. } => self.model.check_group(body),
            Ask::FindPerson { n } => {
                let is_here = self.model.named(&self.names.person(*n)).is_some();
                found(is_here, body)
                    .and_then(|shown| shown.map_or(Ok(()), |shown| self.model.check_person(shown)))
            }
            Ask::FindGroup => {
                let is_here = self.model.present_group().is_some();
                found(is_here, body).map(drop)
            }
            Ask::DeletePerson { .. } | Ask::DeleteGroup { .. } => Ok(()),
        }
    }

    /// Reads what a request was about.
    async fn read_back(&mut self, ask: &Ask, body: &Value) {
        let (path, is_person) = match ask {
            Ask::FindPerson { .. } | Ask::FindGroup => return,
            Ask::CreatePerson { .. } | Ask::CreateGroup => {
                let Some(id) = body["id"].as_str() else { return };
                let is_person = matches!(ask, Ask::CreatePerson { .. });
                (format!("/{}/{id}", if is_person { "Users" } else { "Groups" }), is_person)
            }
            Ask::SetActive { id, .. }
            | Ask::SetTitle { id, .. }
            | Ask::Replace { id, .. }
            | Ask::DeletePerson { id, .. } => (format!("/Users/{id}"), true),
            Ask::AddMember { id, .. }
            | Ask::RemoveMember { id, .. }
            | Ask::ReplaceGroup { id, .. }
            | Ask::DeleteGroup { id } => (format!("/Groups/{id}"), false),
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
