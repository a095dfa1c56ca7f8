//! Registering systems, changing them, turning their secrets, telling them again. Each under a ledger entry.

use std::collections::BTreeSet;

use rand_core::Rng;
use shouxin_ledger::Kind;
use shouxin_model::{Caller, CallerKind, DownstreamKind, DownstreamState, FieldRef, Register};
use shouxin_store::{CommitError, Tx, Value, params};
use zeroize::Zeroizing;

use super::{
    DownstreamChange, DownstreamError, NewDownstream, Place, Registered, Stored, busy, secret_of,
};
use crate::changes::int;
use crate::marked::{HeldRow, Marked};
use crate::{Interest, Vault, VaultError};

impl Vault {
    /// Registers a system. The secret of a webhook is given this once.
    ///
    /// # Errors
    /// [`DownstreamError`]; nothing changes then.
    pub async fn add_downstream(
        &self,
        caller: &Caller,
        new: &NewDownstream,
    ) -> Result<Registered, DownstreamError> {
        if !is_downstream_name(&new.name) {
            return Err(DownstreamError::Name);
        }
        check(&new.interest, &self.active().register)?;
        let now = self.now();
        let secret = (new.kind == DownstreamKind::Webhook).then(|| self.fresh_secret());
        let start = if new.from_beginning {
            0
        } else {
            int(self.next_entry().await?)
        };
        let row = params![
            new.name.as_str(),
            new.kind.word(),
            new.target.as_str(),
            json(&new.interest.purposes)?,
            json(&new.interest.parts)?,
            DownstreamState::Active.word(),
            secret
                .as_ref()
                .map(|secret| self.seal_secret(&secret_of(&new.name), secret)),
            None::<Vec<u8>>,
            None::<i64>,
            caller.actor(),
            now
        ];
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO downstream (name, kind, target, purposes, parts, state, secret_sealed, \
             old_secret_sealed, old_until, created_by, created_at, mark) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            HeldRow::new(self, Marked::Downstream, row).params(),
        );
        tx.run_exactly(
            1,
            "INSERT INTO downstream_position (name, delivered, acknowledged, round, stream, stream_newest, \
             lease_until, attempts, updated_at) VALUES ($1, $2, $2, 0, '', 0, 0, 0, $3)",
            params![new.name.as_str(), start, now],
        );
        let extra = [("kind", new.kind.word())];
        let committed = self
            .record_downstream(caller, "added", &new.name, &extra, &new.interest, tx)
            .await;
        match committed {
            Ok(entry) => {
                self.announce();
                Ok(Registered { secret, entry })
            }
            Err(CommitError::Conflict { .. }) => Err(DownstreamError::Exists),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// Changes where a system is told, what about, and whether. What is under way is broken off and told again.
    /// Gives the ledger entry.
    ///
    /// # Errors
    /// [`DownstreamError`]; nothing changes then.
    pub async fn change_downstream(
        &self,
        caller: &Caller,
        name: &str,
        change: &DownstreamChange,
    ) -> Result<u64, DownstreamError> {
        let stored = self.living(name).await?;
        let before = &stored.shown;
        let interest = change.interest.as_ref().unwrap_or(&before.interest);
        if change.interest.is_some() {
            check(interest, &self.active().register)?;
        }
        let target = change.target.as_deref().unwrap_or(&before.target);
        let state = change.state.unwrap_or(before.state);
        let (purposes, parts) = (json(&interest.purposes)?, json(&interest.parts)?);
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream SET target = $2, purposes = $3, parts = $4, state = $5 WHERE name = $1",
            params![name, target, purposes.as_str(), parts.as_str(), state.word()],
        );
        stored.held.change(
            self,
            &mut tx,
            [
                ("target", target.into()),
                ("purposes", Value::from(purposes)),
                ("parts", Value::from(parts)),
                ("state", state.word().into()),
            ],
        );
        break_off(&mut tx, name);
        let mut extra = vec![("state", state.word())];
        if change.target.is_some() {
            extra.push(("target", "changed"));
        }
        let changed = self.record_downstream(caller, "changed", name, &extra, interest, tx);
        let entry = changed.await.map_err(busy)?;
        self.announce();
        Ok(entry)
    }

    /// Gives a webhook a new signing secret, this once; the old one signs beside it for `overlap_seconds`.
    ///
    /// # Errors
    /// [`DownstreamError`]; nothing changes then.
    pub async fn rotate_downstream(
        &self,
        caller: &Caller,
        name: &str,
        overlap_seconds: u32,
    ) -> Result<Registered, DownstreamError> {
        let stored = self.living(name).await?;
        let Some(old) = stored.secret else {
            return Err(DownstreamError::NoSecret);
        };
        let secret = self.fresh_secret();
        let sealed = self.seal_secret(&secret_of(name), &secret);
        let until = self.now().plus_seconds(overlap_seconds.into());
        let old = (overlap_seconds > 0).then_some(old);
        let old_until = old.is_some().then_some(until);
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream SET secret_sealed = $2, old_secret_sealed = $3, old_until = $4 WHERE name = $1",
            params![name, sealed.as_slice(), old.clone(), old_until],
        );
        stored.held.change(
            self,
            &mut tx,
            [
                ("secret_sealed", Value::from(sealed)),
                ("old_secret_sealed", old.into()),
                ("old_until", old_until.into()),
            ],
        );
        break_off(&mut tx, name);
        let overlap = overlap_seconds.to_string();
        let extra = [("overlap-seconds", overlap.as_str())];
        let interest = Interest::default();
        let rotated = self.record_downstream(caller, "rotated", name, &extra, &interest, tx);
        let entry = rotated.await.map_err(busy)?;
        Ok(Registered {
            secret: Some(secret),
            entry,
        })
    }

    /// Tells a system everything from the entry `from` on again. Gives the ledger entry.
    ///
    /// # Errors
    /// [`DownstreamError`]; nothing changes then.
    pub async fn replay_downstream(
        &self,
        caller: &Caller,
        name: &str,
        from: u64,
    ) -> Result<u64, DownstreamError> {
        self.living(name).await?;
        let start = from.min(self.next_entry().await?);
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET delivered = $2, acknowledged = $2, round = round + 1, \
             alarmed_at = NULL, updated_at = $3 WHERE name = $1",
            params![name, int(start), self.now()],
        );
        break_off(&mut tx, name);
        let start = start.to_string();
        let extra = [("from", start.as_str())];
        let interest = Interest::default();
        let replayed = self.record_downstream(caller, "replayed", name, &extra, &interest, tx);
        let entry = replayed.await.map_err(busy)?;
        self.announce();
        Ok(entry)
    }

    /// Takes down that a system has processed everything up to the entry `up_to`, itself included. A lower number
    /// than before changes nothing. Whoever calls names all purposes of the system (a service), or acts for it (a
    /// person); what a person does is recorded, for nobody processed anything by that.
    ///
    /// # Errors
    /// [`DownstreamError`]; `NotDelivered` beyond what happened.
    pub async fn acknowledge_downstream(
        &self,
        caller: &Caller,
        name: &str,
        up_to: u64,
    ) -> Result<Place, DownstreamError> {
        let stored = self.living(name).await?;
        let own = |purposes: &[String]| {
            let named = &stored.shown.interest.purposes;
            named.iter().all(|purpose| purposes.contains(purpose))
        };
        let place = stored.shown.place;
        if let CallerKind::Service { purposes, .. } = &caller.kind
            && !own(purposes)
        {
            return Err(DownstreamError::Foreign);
        }
        let next = up_to.saturating_add(1);
        // What was delivered is noted a moment after the receiver may have processed it, so the bound is what
        // happened at all.
        if next > self.next_entry().await? {
            return Err(DownstreamError::NotDelivered);
        }
        if next <= place.acknowledged {
            return Ok(place);
        }
        let mut tx = Tx::new();
        // A replay, or a stream found to be lost, may have put it back meanwhile.
        tx.run_exactly(
            1,
            "UPDATE downstream_position SET acknowledged = $2, updated_at = $3 \
             WHERE name = $1 AND acknowledged < $2 AND round = $4",
            params![name, int(next), self.now(), place.round],
        );
        let committed = if matches!(caller.kind, CallerKind::Service { .. }) {
            self.store().commit(tx).await.map(drop)
        } else {
            let up_to = up_to.to_string();
            let extra = [("up-to", up_to.as_str())];
            let interest = Interest::default();
            self.record_downstream(caller, "acknowledged", name, &extra, &interest, tx)
                .await
                .map(drop)
        };
        committed.map_err(busy)?;
        Ok(Place {
            acknowledged: next,
            ..place
        })
    }

    /// The system of this name, unless it was retired.
    async fn living(&self, name: &str) -> Result<Stored, DownstreamError> {
        let stored = self.stored_downstream(name).await?;
        let stored = stored.ok_or(DownstreamError::NotFound)?;
        if stored.shown.state == DownstreamState::Retired {
            return Err(DownstreamError::Retired);
        }
        Ok(stored)
    }

    fn fresh_secret(&self) -> Zeroizing<Vec<u8>> {
        let mut secret = Zeroizing::new(vec![0; 32]);
        self.dice().fill_bytes(&mut secret);
        secret
    }

    async fn record_downstream(
        &self,
        caller: &Caller,
        did: &str,
        name: &str,
        more: &[(&str, &str)],
        interest: &Interest,
        tx: Tx,
    ) -> Result<u64, CommitError> {
        let mut extra = vec![("did", did), ("downstream", name)];
        extra.extend_from_slice(more);
        let words = |word, list: &'_ [String]| -> Vec<(&'static str, String)> {
            list.iter().map(|one| (word, one.clone())).collect()
        };
        let lists = [
            words("purpose", &interest.purposes),
            words("part", &interest.parts),
        ]
        .concat();
        extra.extend(lists.iter().map(|(word, one)| (*word, one.as_str())));
        self.record(caller, Kind::Downstream, &extra, tx).await
    }
}

/// Whoever sends to this system now holds no lease any more.
fn break_off(tx: &mut Tx, name: &str) {
    tx.run_exactly(
        1,
        "UPDATE downstream_position SET attempts = attempts + 1, lease_until = 0 WHERE name = $1",
        params![name],
    );
}

fn check(interest: &Interest, register: &Register) -> Result<(), DownstreamError> {
    let distinct = |list: &[String]| {
        list.len() <= LONGEST_LIST && list.iter().collect::<BTreeSet<_>>().len() == list.len()
    };
    if interest.purposes.is_empty() || !distinct(&interest.purposes) || !distinct(&interest.parts) {
        return Err(DownstreamError::Lists);
    }
    let mut fields: Vec<&FieldRef> = Vec::new();
    for (n, name) in interest.purposes.iter().enumerate() {
        let purpose = register.purpose(name).ok_or(DownstreamError::Purpose(n))?;
        fields.extend(&purpose.fields);
    }
    let known = |part: &String| {
        let names = |field: &&FieldRef| {
            field.as_str() == part || part.strip_suffix(".*") == Some(field.collection())
        };
        fields.iter().any(names)
    };
    match interest.parts.iter().position(|part| !known(part)) {
        Some(n) => Err(DownstreamError::Part(n)),
        None => Ok(()),
    }
}

fn is_downstream_name(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(letters)
}

fn json(list: &[String]) -> Result<String, VaultError> {
    serde_json::to_string(list).map_err(|_| VaultError::Corrupt("downstream"))
}

const LONGEST_LIST: usize = 100;
