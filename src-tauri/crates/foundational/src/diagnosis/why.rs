//! Why a person is here, or is not: a name or an address is looked for in people, tombstones, pending matches, refused
//! writes and requests. Each connection answers, and so do the local accounts.

mod subjects;
mod traces;
mod verdict;
mod words;

use std::collections::{HashMap, HashSet};

use idp::remedy::Remedy;
use jiff::SignedDuration;

use self::subjects::{Subject, Subjects};
use self::traces::to_view;
use self::verdict::{Done, verdict};
use self::words::{Named, hint, sentence};
use crate::access::actor::Actor;
use crate::connections::views::{ConnectionStatus, ConnectionView};
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::remedy_views::RemedyView;
use crate::diagnosis::why_views::{WhyAnswer, WhyQuestion, WhyRequest, WhyVerdict, WhyView};
use crate::error::Error;
use crate::limits::LONGEST_NAME;
use crate::shapes::{Nothing, Source};

/// How many users of each source are answered for.
const SUBJECTS: usize = 5;
/// How many requests an answer shows.
const REQUESTS: usize = 5;

impl Diagnosis {
    pub(crate) async fn person_why(&self, actor: Actor, args: WhyQuestion) -> Result<WhyView, Error> {
        let text = args.text.trim().to_owned();
        let length = text.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) {
            let message = format!("The name has {length} characters; it can have 1 to {LONGEST_NAME}.");
            return Err(Error::invalid("text", message));
        }
        let views = self.connections.connection_list(actor, Nothing {}).await?;
        let mut subjects = Subjects::new(&text);
        let ids: Vec<&str> = views.iter().map(|view| view.id.as_str()).collect();
        let reaches = self.find_traces(&mut subjects, &text, &ids).await?;
        let (chosen, more) = subjects.chosen(SUBJECTS);
        let known: HashSet<Option<&str>> = chosen.iter().map(|one| one.source.as_deref()).collect();
        let silent: Vec<Subject> = views
            .iter()
            .filter(|view| !known.contains(&Some(view.id.as_str())))
            .map(|view| Subject::unknown(&view.id, &text))
            .collect();
        let by_id: HashMap<&str, &ConnectionView> =
            views.iter().map(|view| (view.id.as_str(), view)).collect();
        let mut answers = Vec::new();
        for subject in chosen.into_iter().chain(silent) {
            let view = subject.source.as_deref().and_then(|id| by_id.get(id).copied());
            answers.push(self.answer(subject, view).await?);
        }
        answers.sort_by_key(|answer| answer.verdict);
        Ok(WhyView { text, answers, more, reaches })
    }

    async fn answer(&self, mut subject: Subject, view: Option<&ConnectionView>) -> Result<WhyAnswer, Error> {
        let rhythm = view.and_then(|view| view.rhythm);
        subject.facts.every = rhythm
            .filter(|rhythm| rhythm.is_measured)
            .map(|rhythm| SignedDuration::from_mins(rhythm.every_minutes.into()));
        let facts = &subject.facts;
        let verdict = verdict(facts, self.now());
        let account = facts.account.as_ref();
        let done =
            |done: Option<&Done>| (done.map(|done| done.at), done.and_then(|done| done.request.clone()));
        let here = subject.id.as_ref().filter(|_| subject.is_here);
        let blockable = self.blockable(here.map(std::slice::from_ref).unwrap_or_default()).await?;
        let (at, decisive) = match verdict {
            WhyVerdict::Active | WhyVerdict::Withheld => {
                done(account.and_then(|account| account.created.as_ref()))
            }
            WhyVerdict::Deactivated => done(account.and_then(|account| account.deactivated.as_ref())),
            WhyVerdict::Blocked => done(account.and_then(|account| account.blocked.as_ref())),
            WhyVerdict::Deleted => done(facts.deleted.as_ref()),
            WhyVerdict::Refused => facts
                .decisive_refusal()
                .map(|one| (Some(one.at), Some(one.request.clone())))
                .unwrap_or_default(),
            WhyVerdict::HeldAsMatch => (facts.held_at, None),
            WhyVerdict::LookedUp | WhyVerdict::WaitingForCycle => (facts.not_found_at, None),
            WhyVerdict::NeverAsked => (None, None),
        };
        let source_name = match (&subject.source, view) {
            (_, Some(view)) => view.name.clone(),
            (Some(_), None) => "A deleted connection".to_owned(),
            (None, None) => "Local accounts".to_owned(),
        };
        let named = Named {
            person: &subject.name,
            connection: subject.source.as_ref().map(|_| source_name.as_str()),
            provider: view.map(|view| view.provider),
        };
        let state = view.filter(|view| view.status.is_trouble() || view.status == ConnectionStatus::Paused);
        Ok(WhyAnswer {
            verdict,
            sentence: sentence(verdict, facts, &named),
            hint: hint(verdict, &named, state.map(|view| view.status_text.as_str())),
            at,
            expected_at: rhythm
                .filter(|_| verdict == WhyVerdict::WaitingForCycle)
                .map(|rhythm| rhythm.next_at),
            remedy: blockable.iter().next().map(|id| RemedyView::new(Remedy::BlockPerson, None, Some(id))),
            requests: self.requests(&subject, decisive).await?,
            person_id: subject.id.clone().filter(|_| subject.is_here),
            name: subject.name,
            source: view.map(|view| Source {
                connection_id: view.id.clone(),
                name: view.name.clone(),
                provider: view.provider,
            }),
            source_name,
        })
    }

    /// The requests that show it: the decisive one, as far as it is stored, then the newest.
    async fn requests(&self, subject: &Subject, decisive: Option<String>) -> Result<Vec<WhyRequest>, Error> {
        let mut others = subject.requests.clone();
        if let Some(id) = &subject.id {
            let most = u32::try_from(REQUESTS).unwrap_or(u32::MAX);
            others.extend(self.store().activities_about(id, most).await?.iter().map(to_view));
        }
        others.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
        let first = match decisive {
            Some(id) => self.store().activity(&id).await?.as_ref().map(to_view),
            None => None,
        };
        let mut shown: Vec<WhyRequest> = Vec::new();
        for request in first.into_iter().chain(others) {
            if shown.len() < REQUESTS && shown.iter().all(|known| known.id != request.id) {
                shown.push(request);
            }
        }
        Ok(shown)
    }
}
