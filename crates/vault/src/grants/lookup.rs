//! The grants that count in a read.

use shouxin_model::{Caller, CallerKind, Conditions, GrantId, Moment, SubjectId};
use shouxin_policy::{Lent, Verdict};
use shouxin_store::{Tx, params};

use super::{CORRUPT, select_grant};
use crate::{Marked, Vault, VaultError};

/// The live grants of a caller for one purpose, looked up only when a read falls short without them: who
/// may read by role pays nothing for what others hold.
pub(crate) struct Held(Vec<(Option<SubjectId>, Lent)>);

impl Held {
    /// Those that concern this subject.
    pub(crate) fn about(&self, subject: SubjectId) -> Vec<Lent> {
        let concerns = |named: &Option<SubjectId>| named.is_none_or(|named| named == subject);
        let about = self.0.iter().filter(|(named, _)| concerns(named));
        about.map(|(_, lent)| lent.clone()).collect()
    }

    /// Those that concern everybody.
    pub(crate) fn about_all(&self) -> Vec<Lent> {
        let all = self.0.iter().filter(|(named, _)| named.is_none());
        all.map(|(_, lent)| lent.clone()).collect()
    }

    /// Ties a commit to every grant that opened something: once one was revoked, and that was
    /// acknowledged, no read by it commits.
    pub(crate) fn guard(verdict: &Verdict, now: Moment, tx: &mut Tx) {
        for grant in verdict.grants() {
            guard_grant(tx, grant, now);
        }
    }
}

/// Ties a commit to one grant.
pub(crate) fn guard_grant(tx: &mut Tx, grant: GrantId, now: Moment) {
    tx.guard(
        1,
        "SELECT 1 FROM access_grant WHERE id = $1 AND state = 'live' AND expires_at > $2",
        params![grant, now],
    );
}

impl Vault {
    /// What the caller holds for this purpose.
    pub(crate) async fn held(
        &self,
        caller: &Caller,
        purpose: &str,
        now: Moment,
    ) -> Result<Held, VaultError> {
        let CallerKind::Staff { id, .. } = caller.kind else {
            return Ok(Held(Vec::new()));
        };
        let rows = self
            .store()
            .query(
                select_grant!(
                    "WHERE holder = $1 AND purpose = $2 AND state = 'live' AND expires_at > $3 \
                     ORDER BY starts_at, id"
                ),
                params![id, purpose, now],
            )
            .await?;
        let held = rows.iter().map(|row| {
            // One that was altered ends the read: who prolongs a grant is at the database.
            self.check_row(Marked::Grant, row, 0)?;
            let subject = row.opt_id(7, SubjectId::from_slice)?;
            let conditions: Conditions = serde_json::from_str(row.text(8)?).map_err(|_| CORRUPT)?;
            let lent = Lent {
                id: row.id(0, GrantId::from_slice)?,
                role: row.opt_text(5)?.map(str::to_owned),
                fields: serde_json::from_str(row.text(6)?).map_err(|_| CORRUPT)?,
                tied: subject.is_some(),
                conditions,
                expires: row.moment(11)?,
            };
            Ok((subject, lent))
        });
        held.collect::<Result<_, VaultError>>().map(Held)
    }
}
