//! A change as an event for others.

use shouxin_model::Moment;
use shouxin_vault::{Change, Changed};
use shouxin_wire::changes::{ChangeData, ChangeEvent};

use crate::App;

/// A change as others are told it.
pub(crate) fn told(app: &App, change: Change) -> ChangeEvent {
    let entry = change.entry;
    let (kind, data) = match change.what {
        Changed::Consent(said) => (
            CONSENT,
            ChangeData {
                entry,
                epoch: Some(said.epoch),
                purpose: Some(said.purpose),
                part: said.part,
                channel: said.channel,
                state: Some(said.state),
                form: Some(said.form),
                grade: Some(said.grade),
                from: said.from,
                until: said.until,
                case: said.case,
                scope: Some(said.scope),
                restricted: None,
            },
        ),
        Changed::Restriction(change) => (
            RESTRICTION,
            ChangeData {
                entry,
                restricted: Some(change.restricted),
                ..ChangeData::default()
            },
        ),
        Changed::Erasure => (
            ERASURE,
            ChangeData {
                entry,
                ..ChangeData::default()
            },
        ),
    };
    let subject = Some(change.subject.to_string());
    ChangeEvent {
        subject,
        data,
        ..bare(app, change.id, kind, change.at, entry)
    }
}

/// A message about nobody, to try the way.
pub(super) fn test(app: &App, id: shouxin_model::ChangeId, now: Moment) -> ChangeEvent {
    bare(app, id, TEST, now, 0)
}

fn bare(
    app: &App,
    id: shouxin_model::ChangeId,
    kind: &str,
    time: Moment,
    entry: u64,
) -> ChangeEvent {
    ChangeEvent {
        specversion: "1.0".to_owned(),
        id,
        source: format!("urn:{}", app.vault().deployment().replace('/', ":")),
        kind: kind.to_owned(),
        subject: None,
        time,
        datacontenttype: "application/json".to_owned(),
        sequence: format!("{entry:020}"),
        data: ChangeData {
            entry,
            ..ChangeData::default()
        },
    }
}

const CONSENT: &str = "cn.shouxin.consent.changed.v1";
const RESTRICTION: &str = "cn.shouxin.restriction.changed.v1";
const ERASURE: &str = "cn.shouxin.subject.erased.v1";
const TEST: &str = "cn.shouxin.test.v1";
