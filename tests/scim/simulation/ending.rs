//! The end of the process, and what is there at its next start.

use serde_json::Value;

use super::client_request::ClientRequest;
use super::model::{Checked, Snapshot};
use super::run::Run;

impl Run<'_> {
    /// The process ends: as it should, from one moment to the next, or in the middle of a request. All that was acknowledged
    /// is there afterwards, and the request under way is done, or it is not.
    pub async fn end_process(&mut self) {
        let under_way = match self.random.below(4) {
            0 => {
                self.note("the process is closed".to_owned());
                self.world.restart().await;
                None
            }
            1 => {
                self.note("the process is killed".to_owned());
                self.world.kill(&self.endpoint, None, 0).await;
                None
            }
            _ => {
                let client = self.random.below(self.clients.len());
                let (_, request) = self.clients[client].next(&mut self.random);
                let moment = self.random.below(300);
                self.note(format!("the process is killed {moment} turns after {request:?}"));
                let wire = request.wire(self.clients[client].dialect, self.names);
                self.world.kill(&self.endpoint, Some(wire), moment).await;
                Some(request)
            }
        };
        if let Some(visitor) = &mut self.visitor {
            visitor.forget();
        }
        let shown = self.world.snapshot(&self.endpoint).await;
        let mut as_before = self.model.clone();
        let checked = as_before.check(&shown);
        match (checked, under_way) {
            (Ok(()), _) => self.model = as_before,
            (Err(difference), None) => self.must(Err(difference), "after the start"),
            (Err(difference), Some(request)) => {
                let checked = self.take_as_done(&request, &shown);
                self.must(checked.map_err(|other| format!("{difference}; {other}")), "half of it is done");
            }
        }
    }

    /// The request under way was done, and all is as the model says then.
    fn take_as_done(&mut self, request: &ClientRequest, shown: &Snapshot) -> Checked {
        let of_name = |listed: &[Value], attribute: &str, name: &str| {
            let one = listed.iter().find(|one| one[attribute] == name)?;
            one["id"].as_str().map(str::to_owned)
        };
        let made = match request {
            ClientRequest::CreatePerson { n } => of_name(&shown.people, "userName", &self.names.person(*n)),
            ClientRequest::CreateGroup => of_name(&shown.groups, "displayName", &self.names.group()),
            _ => None,
        };
        self.model.apply(request, made.as_deref())?;
        self.model.check(shown)
    }
}
