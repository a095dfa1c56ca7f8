//! Exports of what lies in a zone apart: which sides a file joins, and what the caller holds for them.

use std::collections::BTreeSet;

use shouxin_model::{Caller, FieldRef, Moment, Purpose, Register};
use shouxin_policy::{Facts, Lent, role_grants};

use super::{ExportRequest, ExportScope};
use crate::active::Active;
use crate::{Vault, VaultError};

/// What the caller holds for the sides of an export, and in which zone its people are named.
pub(super) struct Sides {
    named_in: Option<String>,
    standing: BTreeSet<String>,
    /// Only those about everybody: access to one person joins no file.
    lent: Vec<Lent>,
}

impl ExportRequest {
    /// Whether nothing in the file tells who its people are: its rows lie in a zone apart, all its columns as
    /// well, and they were not chosen by who they are.
    pub(super) fn is_one_side(&self, register: &Register) -> bool {
        let zone = |collection: &str| register.apart(collection).map(|zone| &zone.name);
        let rows = zone(&self.collection);
        let mut columns = self.fields.iter().map(FieldRef::collection);
        rows.is_some()
            && matches!(self.scope, ExportScope::Where(_))
            && columns.all(|of| zone(of) == rows)
    }
}

impl Vault {
    /// The sides of an export.
    pub(super) async fn sides(
        &self,
        active: &Active,
        caller: &Caller,
        purpose: &Purpose,
        request: &ExportRequest,
        now: Moment,
    ) -> Result<Sides, VaultError> {
        let register = &active.register;
        let apart = |field: &FieldRef| register.apart(field.collection()).is_some();
        let lent = if request.fields.iter().any(apart) && !request.is_one_side(register) {
            self.held(caller, &purpose.name, now).await?.about_all()
        } else {
            Vec::new()
        };
        let zone = register.apart(&request.collection);
        let zone = zone.filter(|_| request.is_one_side(register));
        Ok(Sides {
            named_in: zone.map(|zone| zone.name.clone()),
            standing: role_grants(register, purpose, caller),
            lent,
        })
    }
}

impl Sides {
    /// Adds them to what is decided about.
    pub(super) fn tell(&self, facts: &mut Facts) {
        facts.named_in.clone_from(&self.named_in);
        facts.zone_grants.clone_from(&self.standing);
        facts.grants.clone_from(&self.lent);
    }

    /// Whether people bear the zone's ids in this export.
    pub(super) fn is_one(&self) -> bool {
        self.named_in.is_some()
    }
}
