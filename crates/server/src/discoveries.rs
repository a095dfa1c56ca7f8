//! What scans of other systems found, held against the register.

mod accept;
mod decide;
mod list;
mod patterns;
mod send;
mod show;
mod source;
mod sources;
mod take_back;

use shouxin_vault::discoveries::{Finding, Verdict};
use shouxin_wire::discoveries::{DiscoveryDecided, DiscoveryDeclared, DiscoveryFinding};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on what scans found.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, send::send))
        .routes(routes!(sources::list))
        .routes(routes!(source::show))
        .routes(routes!(patterns::list, accept::accept))
        .routes(routes!(take_back::take_back))
        .routes(routes!(show::show))
        .routes(routes!(decide::decide))
}

/// A finding as the API shows it.
fn shown(finding: Finding) -> DiscoveryFinding {
    let amount = finding.amount;
    DiscoveryFinding {
        finding: finding.id,
        source: finding.source,
        path: finding.path,
        what: finding.what.word().to_owned(),
        class: finding.class.map(|class| class.word().to_owned()),
        severity: finding.severity.word().to_owned(),
        state: finding.state.word().to_owned(),
        cells: amount.cells,
        sampled: amount.sampled,
        rows: amount.rows,
        low: amount.low,
        high: amount.high,
        confidence: amount.confidence,
        declared_type: finding.declared_type,
        declared: DiscoveryDeclared {
            fields: finding.matched.fields,
            by: finding.matched.by.word().to_owned(),
            source: finding.matched.source_declared,
            owner: finding.matched.owner,
            found_class: finding.matched.found_class.to_owned(),
            declared_class: finding.matched.declared_class.to_owned(),
        },
        first_seen: finding.first_seen,
        last_seen: finding.last_seen,
        decision: finding.decision.map(decided),
        suppression: finding.suppression,
    }
}

fn decided(decision: shouxin_vault::discoveries::Decision) -> DiscoveryDecided {
    let (word, task, reason, until) = match decision.verdict {
        Verdict::Confirm { task } => ("confirm", Some(task.word().to_owned()), None, None),
        Verdict::Dismiss { reason, until } => {
            ("dismiss", None, Some(reason.word().to_owned()), until)
        }
    };
    DiscoveryDecided {
        decision: word.to_owned(),
        task,
        reason,
        until,
        by: decision.by,
        at: decision.at,
        cells: decision.amount.cells,
        sampled: decision.amount.sampled,
    }
}
