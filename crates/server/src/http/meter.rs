//! The numbers for Prometheus. Labels are words of ours: operation ids, statuses, codes.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder, SharedString, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

/// The numbers of one server.
pub struct Meter {
    recorder: PrometheusRecorder,
    /// Finding a number by its labels costs more than counting: those of answers are kept at hand. There
    /// are as many as operations and statuses.
    answers: RwLock<HashMap<(&'static str, u16), Answers>>,
}

/// The numbers of one operation and status.
#[derive(Clone)]
struct Answers {
    count: Counter,
    seconds: Histogram,
}

impl Default for Meter {
    fn default() -> Self {
        let builder = PrometheusBuilder::new()
            .set_buckets(BUCKETS_SECONDS)
            .expect("the list of buckets is not empty");
        let recorder = builder.build_recorder();
        for (name, text) in [
            (REQUESTS, "Requests answered, by operation and status."),
            (REFUSALS, "Problems answered, by code."),
            (
                ALARMS,
                "Things that somebody must look at now, by kind, since this node began.",
            ),
            (
                GUARD,
                "Requests in which the guard found something, by rule.",
            ),
            (
                TOLD,
                "Changes sent to other systems, by system and whether it took them.",
            ),
            (
                INCIDENTS,
                "Sealed values or stored rows that could not be trusted.",
            ),
        ] {
            recorder.describe_counter(name.into(), None, SharedString::const_str(text));
        }
        let seconds = Some(Unit::Seconds);
        recorder.describe_histogram(
            SECONDS.into(),
            seconds,
            "How long requests took, by operation.".into(),
        );
        recorder.describe_gauge(REVIEWS.into(), None, "Reviews to be done.".into());
        recorder.describe_gauge(
            OVERDUE.into(),
            None,
            "Reviews to be done whose time is over.".into(),
        );
        recorder.describe_gauge(
            BEHIND.into(),
            None,
            "Changes that a system has not acknowledged.".into(),
        );
        recorder.describe_gauge(
            OLDEST.into(),
            seconds,
            "Age of the oldest change that a system has not acknowledged.".into(),
        );
        recorder.describe_gauge(LEDGER_SIZE.into(), None, "Entries in the ledger.".into());
        recorder.describe_gauge(
            AGE.into(),
            seconds,
            "Age of the newest signed checkpoint.".into(),
        );
        Self {
            recorder,
            answers: RwLock::default(),
        }
    }
}

impl Meter {
    /// A request was answered.
    pub fn answered(&self, operation: &'static str, status: u16, took: Duration) {
        let key = (operation, status);
        let known = {
            let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
            answers.get(&key).cloned()
        };
        let answers = known.unwrap_or_else(|| {
            let made = self.answers_of(operation, status);
            let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
            answers.entry(key).or_insert(made).clone()
        });
        answers.count.increment(1);
        answers.seconds.record(took.as_secs_f64());
    }

    fn answers_of(&self, operation: &'static str, status: u16) -> Answers {
        let label = || Label::from_static_parts("operation", operation);
        let labels = vec![label(), Label::new("status", status.to_string())];
        let (count, seconds) = (
            Key::from_parts(REQUESTS, labels),
            Key::from_parts(SECONDS, vec![label()]),
        );
        Answers {
            count: self.recorder.register_counter(&count, &METADATA),
            seconds: self.recorder.register_histogram(&seconds, &METADATA),
        }
    }

    /// A problem with this code was answered.
    pub fn refused(&self, code: &str) {
        self.count(REFUSALS, vec![Label::new("code", code.to_owned())]);
    }

    /// The guard found something, and refused it or let it pass.
    pub fn guarded(&self, rule: &'static str, blocked: bool) {
        let answer = if blocked { "blocked" } else { "passed" };
        let labels = vec![
            Label::from_static_parts("rule", rule),
            Label::from_static_parts("answer", answer),
        ];
        self.count(GUARD, labels);
    }

    /// Something stored could not be trusted.
    pub fn incident(&self, kind: &'static str) {
        self.count(INCIDENTS, vec![Label::from_static_parts("kind", kind)]);
    }

    /// Something happened that somebody must look at now.
    pub fn alarm(&self, kind: &'static str) {
        self.count(ALARMS, vec![Label::from_static_parts("kind", kind)]);
    }

    /// A system was sent a change, and took it or not.
    pub fn told(&self, downstream: &str, taken: bool) {
        let outcome = if taken { "taken" } else { "failed" };
        let labels = vec![
            Label::new("downstream", downstream.to_owned()),
            Label::from_static_parts("outcome", outcome),
        ];
        self.count(TOLD, labels);
    }

    /// How far a system that is told of changes is behind.
    pub fn downstream(&self, name: &str, behind: u64, oldest_seconds: i64) {
        #[allow(
            clippy::cast_precision_loss,
            reason = "Prometheus knows floating point only"
        )]
        let set = |number: &'static str, value: f64| {
            let labels = vec![Label::new("downstream", name.to_owned())];
            let key = Key::from_parts(number, labels);
            self.recorder.register_gauge(&key, &METADATA).set(value);
        };
        set(BEHIND, behind as f64);
        set(OLDEST, oldest_seconds as f64);
    }

    /// How many reviews are to be done, and how many of these are overdue.
    pub fn reviews(&self, due: u64, overdue: u64) {
        #[allow(
            clippy::cast_precision_loss,
            reason = "Prometheus knows floating point only"
        )]
        let set = |name: &'static str, value: u64| {
            self.recorder
                .register_gauge(&Key::from_static_name(name), &METADATA)
                .set(value as f64);
        };
        set(REVIEWS, due);
        set(OVERDUE, overdue);
    }

    /// How the ledger stands.
    pub fn ledger(&self, size: u64, checkpoint_age_seconds: Option<i64>) {
        #[allow(
            clippy::cast_precision_loss,
            reason = "Prometheus knows floating point only"
        )]
        let set = |name: &'static str, value: f64| {
            self.recorder
                .register_gauge(&Key::from_static_name(name), &METADATA)
                .set(value);
        };
        set(LEDGER_SIZE, size as f64);
        if let Some(age) = checkpoint_age_seconds {
            set(AGE, age as f64);
        }
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let handle = self.recorder.handle();
        handle.run_upkeep();
        handle.render()
    }

    fn count(&self, name: &'static str, labels: Vec<Label>) {
        self.recorder
            .register_counter(&Key::from_parts(name, labels), &METADATA)
            .increment(1);
    }
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meter(..)")
    }
}

const REQUESTS: &str = "shouxin_http_requests_total";
const SECONDS: &str = "shouxin_http_request_seconds";
const REFUSALS: &str = "shouxin_refusals_total";
const GUARD: &str = "shouxin_guard_findings_total";
const INCIDENTS: &str = "shouxin_incidents_total";
const ALARMS: &str = "shouxin_alarms_total";
const REVIEWS: &str = "shouxin_reviews_due";
const OVERDUE: &str = "shouxin_reviews_overdue";
const LEDGER_SIZE: &str = "shouxin_ledger_entries";
const TOLD: &str = "shouxin_downstream_deliveries_total";
const BEHIND: &str = "shouxin_downstream_behind";
const OLDEST: &str = "shouxin_downstream_oldest_seconds";
const AGE: &str = "shouxin_ledger_checkpoint_age_seconds";

const BUCKETS_SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

static METADATA: Metadata<'static> = Metadata::new("shouxin", Level::INFO, None);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_can_be_read() {
        let meter = Meter::default();
        meter.answered("read-subject", 200, Duration::from_millis(3));
        meter.answered("read-subject", 200, Duration::from_millis(3));
        meter.refused("read-refused");
        meter.ledger(7, Some(2));
        let text = meter.text();
        for line in [
            "shouxin_http_requests_total{operation=\"read-subject\",status=\"200\"} 2",
            "shouxin_http_request_seconds_bucket{operation=\"read-subject\",le=\"0.005\"} 2",
            "shouxin_refusals_total{code=\"read-refused\"} 1",
            "shouxin_ledger_entries 7",
            "shouxin_ledger_checkpoint_age_seconds 2",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
