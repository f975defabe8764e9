//! What the Home screen shows: the last day, what needs a person, what changed.

use idp::guide::EvidenceKind;
use jiff::Timestamp;

use crate::access::actor::Actor;
use crate::connections::find::connections_by_id;
use crate::context::Room as _;
use crate::error::Error;
use crate::home::Home;
use crate::home::views::{HomeView, HourBar, RecentChange};
use crate::shapes::{Nothing, SleepIntervalView};
use crate::words::lower;

const HOUR: i64 = 3600;

impl Home {
    pub(crate) async fn home(&self, actor: Actor, _: Nothing) -> Result<HomeView, Error> {
        let mut view = HomeView {
            hours: Vec::new(),
            sleep_intervals: Vec::new(),
            attention: Vec::new(),
            recent: Vec::new(),
            leaver_seen: false,
            person_seen: false,
        };
        if !actor.is_admin() {
            return Ok(view);
        }
        view.hours = self.last_day().await?;
        if let Some(first) = view.hours.first() {
            let intervals = self.store().sleep_intervals_since(first.from).await?;
            view.sleep_intervals = intervals
                .into_iter()
                .map(|one| SleepIntervalView { from: one.from.max(first.from), until: one.until })
                .collect();
        }
        view.attention = self.diagnosis.pressing().await?;
        view.recent = self.recent().await?;
        view.leaver_seen = self.store().has_evidence(EvidenceKind::Deactivation.as_str()).await?;
        view.person_seen = self.store().has_evidence(EvidenceKind::FirstPerson.as_str()).await?;
        Ok(view)
    }

    async fn last_day(&self) -> Result<Vec<HourBar>, Error> {
        let this_hour = self.now().as_second().div_euclid(HOUR);
        let first = this_hour - 23;
        let from = Timestamp::from_second(first * HOUR).unwrap_or(Timestamp::UNIX_EPOCH);
        let counted = self.store().hours_since(from).await?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok((first..=this_hour)
            .map(|hour| {
                let found = counted.iter().find(|one| one.hour == hour);
                HourBar {
                    from: Timestamp::from_second(hour * HOUR).unwrap_or(Timestamp::UNIX_EPOCH),
                    ok: found.map_or(0, |one| count(one.ok)),
                    refused: found.map_or(0, |one| count(one.refused)),
                    failed: found.map_or(0, |one| count(one.failed)),
                }
            })
            .collect())
    }

    async fn recent(&self) -> Result<Vec<RecentChange>, Error> {
        let connections = connections_by_id(self.store()).await?;
        let mut list = Vec::new();
        for recent in self.store().recent_changes(12).await? {
            let shown = self.history.change_view(recent.change, &connections).await?;
            list.push(RecentChange {
                at: shown.at,
                sentence: format!("{}: {}", recent.display, lower(&shown.sentence)),
                resource_type: recent.resource_type,
                resource_id: recent.resource_id,
            });
        }
        Ok(list)
    }
}
