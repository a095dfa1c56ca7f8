//! Looking at grants.

use shouxin_model::{Caller, GrantId, Moment, StaffId};
use shouxin_store::params;

use super::{Grant, GrantError, holder_in, person, select_grant, watches};
use crate::{Vault, VaultError};

impl Vault {
    /// The caller's grants, newest first, or everybody's for those who watch over them: at most `limit`;
    /// `live` leaves out those that are over.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn grants(
        &self,
        caller: &Caller,
        live: bool,
        limit: u32,
    ) -> Result<Vec<Grant>, GrantError> {
        let (holder, now) = (person(caller)?, self.now());
        let (all, live) = (i64::from(watches(caller)), i64::from(live));
        let sql = select_grant!(
            "WHERE ($1 = 1 OR holder = $2) AND ($3 = 0 OR (state = 'live' AND expires_at > $4)) \
             ORDER BY starts_at DESC, id DESC LIMIT $5"
        );
        let rows = self
            .store()
            .query(sql, params![all, holder, live, now, limit])
            .await
            .map_err(VaultError::from)?;
        Ok(rows
            .iter()
            .map(|row| self.grant_in(row, now))
            .collect::<Result<_, _>>()?)
    }

    /// The caller's own grants that are not over, those that end first before others, at most `limit`.
    ///
    /// # Errors
    /// `NotAPerson`; otherwise the store could not be read.
    pub(crate) async fn own_grants(
        &self,
        caller: &Caller,
        limit: u32,
    ) -> Result<Vec<Grant>, GrantError> {
        let (holder, now) = (person(caller)?, self.now());
        let sql = select_grant!(
            "WHERE holder = $1 AND state = 'live' AND expires_at > $2 ORDER BY expires_at, id LIMIT $3"
        );
        let rows = self
            .store()
            .query(sql, params![holder, now, limit])
            .await
            .map_err(VaultError::from)?;
        Ok(rows
            .iter()
            .map(|row| self.grant_in(row, now))
            .collect::<Result<_, _>>()?)
    }

    /// One grant: the caller's own, or anyone's for those who watch over them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn grant(&self, caller: &Caller, id: GrantId) -> Result<Grant, GrantError> {
        let own = if watches(caller) {
            None
        } else {
            Some(person(caller)?)
        };
        let may = |holder| own.is_none_or(|own| own == holder);
        self.find_grant_if(id, self.now(), may).await
    }

    pub(super) async fn find_grant(&self, id: GrantId, now: Moment) -> Result<Grant, GrantError> {
        self.find_grant_if(id, now, |_| true).await
    }

    /// The grant, if `may` says so of its holder. Nothing of any other is opened: the time that takes would
    /// tell that it is there.
    async fn find_grant_if(
        &self,
        id: GrantId,
        now: Moment,
        may: impl FnOnce(StaffId) -> bool,
    ) -> Result<Grant, GrantError> {
        let rows = self
            .store()
            .query(select_grant!("WHERE id = $1"), params![id])
            .await
            .map_err(VaultError::from)?;
        let row = rows.first().ok_or(GrantError::NotFound)?;
        if !may(holder_in(row)?) {
            return Err(GrantError::NotFound);
        }
        Ok(self.grant_in(row, now)?)
    }
}
