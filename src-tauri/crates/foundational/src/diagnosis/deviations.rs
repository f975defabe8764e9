//! How a connection's provider speaks: the deviations counted over what was recorded.

use idp::deviations::by_code;
use store::ExchangeWithNotes;

use crate::access::actor::Actor;
use crate::connections::find::find_connection;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::deviations_views::{DeviationCount, DeviationsReport};
use crate::error::Error;
use crate::shapes::ById;

/// How many exchanges are looked at: some days of a busy provider, and read within a moment.
const LOOKED_AT: u32 = 20_000;

impl Diagnosis {
    /// How a connection's provider deviates from the RFC, how often, and how that is normalised.
    pub(crate) async fn deviations_report(&self, _: Actor, args: ById) -> Result<DeviationsReport, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let (noted, exchanges) = self.store().exchanges_with_notes(&connection.id, LOOKED_AT).await?;
        Ok(DeviationsReport {
            connection_id: connection.id,
            exchanges,
            older_left_out: exchanges >= u64::from(LOOKED_AT),
            deviations: counted(&noted),
        })
    }
}

/// Counts exchanges by deviation, newest first. Hints that are no deviations are left out.
fn counted(noted: &[ExchangeWithNotes]) -> Vec<DeviationCount> {
    let mut deviations: Vec<DeviationCount> = Vec::new();
    for exchange in noted {
        for (at, note) in exchange.notes.iter().enumerate() {
            let Some(deviation) = by_code(&note.code) else { continue };
            if exchange.notes[..at].iter().any(|earlier| earlier.code == note.code) {
                continue;
            }
            match deviations.iter_mut().find(|known| known.code == note.code) {
                Some(known) => {
                    known.times += 1;
                    known.first_at = exchange.at;
                }
                None => deviations.push(DeviationCount {
                    code: deviation.code.to_owned(),
                    title: deviation.title.to_owned(),
                    senders: deviation.senders.to_owned(),
                    rule: deviation.rule.to_owned(),
                    answer: deviation.answer.to_owned(),
                    times: 1,
                    first_at: exchange.at,
                    last_at: exchange.at,
                    example: note.text.clone(),
                    activity_id: exchange.id.clone(),
                }),
            }
        }
    }
    deviations.sort_by(|left, right| right.times.cmp(&left.times).then_with(|| left.code.cmp(&right.code)));
    deviations
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::ActivityNote;

    fn exchange(id: &str, at: &str, codes: &[&str]) -> ExchangeWithNotes {
        let notes = codes.iter().map(|code| ActivityNote { code: (*code).into(), text: format!("{id} did") });
        let at = at.parse().unwrap();
        ExchangeWithNotes { id: id.into(), at, newer: 0, is_done: true, notes: notes.collect() }
    }

    #[test]
    fn an_exchange_counts_once_for_a_deviation_and_hints_do_not_count() {
        let report = counted(&[
            exchange(
                "c",
                "2026-11-24T12:00:00Z",
                &["value.boolean_text", "value.boolean_text", "client.other"],
            ),
            exchange("b", "2026-11-24T11:00:00Z", &["patch.op_case", "value.boolean_text"]),
            exchange("a", "2026-11-24T10:00:00Z", &["value.boolean_text"]),
        ]);
        let counts: Vec<_> = report.iter().map(|one| (one.code.as_str(), one.times)).collect();
        assert_eq!(counts, [("value.boolean_text", 3), ("patch.op_case", 1)], "the most frequent first");
        assert_eq!(report[0].first_at.to_string(), "2026-11-24T10:00:00Z", "first seen");
        assert_eq!(report[0].last_at.to_string(), "2026-11-24T12:00:00Z", "last seen");
        assert_eq!(report[0].activity_id, "c", "the newest stands for all");
        assert_eq!(report[0].rule, by_code("value.boolean_text").unwrap().rule, "with its rule");
    }
}
