//! What scans found and somebody confirmed: it stays to be done until the register declares it, the data are gone, or
//! it is dismissed.

use super::{Duty, DutyClocks, DutyKind, GOVERNORS, MOST_DUTIES, days_after, roles};
use crate::discoveries::DiscoveryError;
use crate::{Vault, VaultError};

impl Vault {
    /// A duty for each confirmed finding. It tells the system and never the place, whose name may tell of people.
    pub(super) async fn finding_duties(&self, clocks: DutyClocks) -> Result<Vec<Duty>, VaultError> {
        let found = match self.confirmed_findings(MOST_DUTIES).await {
            Ok(found) => found,
            Err(DiscoveryError::Vault(error)) => return Err(error),
            // Reading meets no other.
            Err(_) => return Err(VaultError::Corrupt("finding")),
        };
        let duties = found.into_iter().filter_map(|finding| {
            let began_at = finding.decision?.at;
            Some(Duty {
                kind: DutyKind::FindingConfirmed,
                about: Some(finding.id.to_string()),
                what: Some(finding.source),
                holder: roles(GOVERNORS),
                began_at,
                ends_at: days_after(began_at, clocks.finding_days),
                count: None,
            })
        });
        Ok(duties.collect())
    }
}
