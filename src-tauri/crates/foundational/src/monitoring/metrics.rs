//! The metrics, and how Prometheus reads them (text format, version 0.0.4). The hot path only counts; everything here is done when
//! it is asked for.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};
use server::RequestMetrics;
use store::StoreMetrics;

use crate::diagnosis::finding::Severity;

/// The severities of findings, with their words.
pub(super) const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Problem, "problem"), (Severity::Warning, "warning"), (Severity::Notice, "notice")];
/// How many findings there are of each of them.
pub(super) type FindingCounts = [usize; SEVERITIES.len()];
/// The upper bounds of the buckets of writes in one commit.
const WRITES: [u32; 7] = [1, 2, 4, 8, 16, 32, 64];

/// Everything that is measured, at one moment.
#[derive(Debug)]
pub(super) struct Metrics {
    pub requests: RequestMetrics,
    pub store: StoreMetrics,
    pub open_sockets: usize,
    pub connections: usize,
    pub paused_connections: usize,
    /// By severity, in the order of [`SEVERITIES`].
    pub findings: Option<FindingCounts>,
}

impl Metrics {
    /// As text for Prometheus.
    pub(super) fn text(self) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("foundational");
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &registry)?;
        Ok(text)
    }

    fn encode_requests(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Requests that have ended, by route, class of the status and reason.";
        let mut counter = encoder.encode_descriptor("requests", help, None, MetricType::Counter)?;
        for one in &self.requests.requests {
            let labels = [("route", one.route), ("class", one.class), ("reason", one.reason)];
            ConstCounter::new(one.requests).encode(counter.encode_family(&labels)?)?;
        }
        let help = "Duration of requests that were done, by kind.";
        let unit = Unit::Seconds;
        let mut histogram =
            encoder.encode_descriptor("request_duration", help, Some(&unit), MetricType::Histogram)?;
        for one in &self.requests.durations {
            let labels = [("kind", one.kind)];
            let mut of_kind = histogram.encode_family(&labels)?;
            let (sum, requests) = (one.sum.as_secs_f64(), one.requests());
            of_kind.encode_histogram::<NoLabelSet>(sum, requests, &one.buckets, None)?;
        }
        let help = "Single people who were read, by source.";
        let mut counter = encoder.encode_descriptor("people_read", help, None, MetricType::Counter)?;
        for (from, number) in
            [("memory", self.requests.people_from_memory), ("database", self.requests.people_from_database)]
        {
            let labels = [("from", from)];
            ConstCounter::new(number).encode(counter.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn encode_commits(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Commits, by how many writes shared one.";
        let mut histogram =
            encoder.encode_descriptor("writes_per_commit", help, None, MetricType::Histogram)?;
        let mut buckets = WRITES.map(|bound| (f64::from(bound), 0_u64));
        let (mut commits, mut writes) = (0_u64, 0.0);
        for (size, number) in (0_u32..).zip(&self.store.batches) {
            let size = f64::from(size);
            if let Some((_, bucket)) = buckets.iter_mut().find(|(bound, _)| size <= *bound) {
                *bucket += number;
            }
            commits += number;
            writes += size * float(*number);
        }
        histogram.encode_histogram::<NoLabelSet>(writes, commits, &buckets, None)
    }

    fn encode_findings(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let Some(findings) = self.findings else { return Ok(()) };
        let help = "Findings that are not hidden, by severity.";
        let mut gauge = encoder.encode_descriptor("findings", help, None, MetricType::Gauge)?;
        for ((_, severity), number) in SEVERITIES.iter().zip(findings) {
            let labels = [("severity", *severity)];
            ConstGauge::new(number).encode(gauge.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

impl Collector for Metrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.encode_requests(&mut encoder)?;
        self.encode_commits(&mut encoder)?;
        for (name, help, value) in [
            ("waiting_writes", "Writes that wait for a transaction.", self.store.waiting_writes),
            ("waiting_reads", "Reads that wait for their turn.", self.store.waiting_reads),
            (
                "log_queue_kibibytes",
                "Exchanges that wait to be written to the request log.",
                self.store.log_queue_kib,
            ),
            (
                "log_queue_reserve",
                "Exchanges that wait to be written to the request log without their bodies.",
                self.store.log_queue_reserve,
            ),
            ("open_sockets", "Open sockets of the SCIM listener.", self.open_sockets),
            ("connections", "Connections to identity providers.", self.connections),
            ("paused_connections", "Connections that are paused.", self.paused_connections),
        ] {
            ConstGauge::new(value).encode(encoder.encode_descriptor(
                name,
                help,
                None,
                MetricType::Gauge,
            )?)?;
        }
        self.encode_findings(&mut encoder)
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers; exact up to 2^53")]
const fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_counted_by_how_many_writes_shared_one() {
        let mut batches = vec![0; 65];
        (batches[1], batches[3], batches[64]) = (3, 1, 2);
        let metrics = Metrics {
            requests: RequestMetrics {
                requests: Vec::new(),
                durations: Vec::new(),
                people_from_memory: 0,
                people_from_database: 0,
            },
            store: StoreMetrics {
                batches,
                waiting_writes: 0,
                waiting_reads: 0,
                log_queue_kib: 7,
                log_queue_reserve: 0,
            },
            open_sockets: 0,
            connections: 0,
            paused_connections: 0,
            findings: None,
        };
        let text = metrics.text().unwrap();
        for line in [
            "_per_commit_bucket{le=\"1\"} 3",
            "_per_commit_bucket{le=\"2\"} 3",
            "_per_commit_bucket{le=\"4\"} 4",
            "_per_commit_bucket{le=\"64\"} 6",
            "_per_commit_bucket{le=\"+Inf\"} 6",
            "_per_commit_sum 134",
            "_per_commit_count 6",
            "foundational_log_queue_kibibytes 7",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(!text.contains("foundational_findings"), "what could not be counted is not shown as zero");
    }
}
