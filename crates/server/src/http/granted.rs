//! A grant as the API shows it, wherever one is looked at.

use shouxin_model::Moment;
use shouxin_vault::{Grant, GrantKind, GrantState};
use shouxin_wire::grants::Grant as Shown;

/// A grant as the API shows it.
pub fn granted(grant: Grant, now: Moment) -> Shown {
    let live = grant.state == GrantState::Live;
    let left = u64::try_from(grant.expires_at.seconds_since(now)).unwrap_or(0);
    Shown {
        grant: grant.id,
        kind: match grant.kind {
            GrantKind::Approved => "grant",
            GrantKind::Emergency => "emergency",
        }
        .to_owned(),
        holder: grant.holder,
        approval: grant.approval,
        purpose: grant.purpose,
        role: grant.role,
        fields: grant.fields,
        subject: grant.subject,
        conditions: grant.conditions,
        // The caller holds it or watches over grants: the vault gives nobody else any.
        reason: grant.reason.expose().clone(),
        starts_at: grant.starts_at,
        expires_at: grant.expires_at,
        seconds_left: if live { left } else { 0 },
        state: match grant.state {
            GrantState::Live => "live",
            GrantState::Revoked => "revoked",
            GrantState::Expired => "expired",
        }
        .to_owned(),
        ended_by: grant.ended_by,
    }
}
