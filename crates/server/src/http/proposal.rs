//! An approval as the API shows it, wherever one is made or looked at.

use shouxin_model::Moment;
use shouxin_vault::Approval;
use shouxin_wire::approvals::Approval as Shown;

/// An approval as the API shows it.
pub fn shown(approval: Approval, now: Moment) -> Shown {
    Shown {
        approval: approval.id,
        act: approval.act.word().to_owned(),
        digest: data_encoding::HEXLOWER.encode(&approval.digest),
        // The vault takes nothing else for a body.
        body: serde_json::from_str(&approval.body).unwrap_or_default(),
        // The caller asked for it or may decide about it: the vault gives nobody else any.
        reason: approval.reason.expose().clone(),
        requested_by: approval.requested_by,
        requested_at: approval.requested_at,
        expires_at: approval.expires_at,
        seconds_left: u64::try_from(approval.expires_at.seconds_since(now)).unwrap_or(0),
        state: approval.state.word().to_owned(),
        decided_by: approval.decided_by,
        decided_at: approval.decided_at,
        note: approval.note.map(|note| note.expose().clone()),
        entry: None,
    }
}
