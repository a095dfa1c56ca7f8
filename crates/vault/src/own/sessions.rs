//! Sessions of subjects at their own door: a quarter of an hour without a request, an hour in all.

use data_encoding::BASE64URL_NOPAD;
use rand_core::Rng as _;
use shouxin_ledger::Kind;
use shouxin_model::{Address, FieldRef, Moment, Personal, SessionId, SubjectId};
use shouxin_store::{Tx, params};

use super::{Own, OwnError, SpentCode};
use crate::{HeldRow, Marked, Vault, VaultError};

/// A subject who is signed in.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// The session.
    pub id: SessionId,
    /// The subject as a caller, without a second factor: each reveal takes a code of its own.
    pub own: Own,
    /// The field with the contact that the sign-in's code went to.
    pub contact: FieldRef,
    /// When it ends, whatever happens.
    pub expires_at: Moment,
}

const IDLE_SECONDS: i64 = 15 * 60;
const ABSOLUTE_SECONDS: i64 = 3600;
/// Use is noted so often, not at each request.
const NOTED_SECONDS: i64 = 60;

impl Vault {
    /// Opens a session for whoever showed this code. Gives its token, to be kept by the browser alone. The
    /// sign-in itself stands in the ledger since the code was spent.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn open_own_session(&self, code: &SpentCode) -> Result<Personal<String>, OwnError> {
        let now = self.now();
        let mut dice = self.dice();
        let mut token = [0; 32];
        dice.fill_bytes(&mut token);
        let token = BASE64URL_NOPAD.encode(&token);
        let row = HeldRow::new(
            self,
            Marked::OwnSession,
            params![
                SessionId::make(now, &mut dice),
                code.subject,
                self.token_digest("own-session", token.as_bytes()),
                code.contact.to_string(),
                now,
                now.plus_seconds(ABSOLUTE_SECONDS)
            ],
        );
        let mut row = row.params();
        row.extend(params![now]);
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM subject WHERE id = $1 AND state = 'active'",
            params![code.subject],
        );
        // Those whose time is over.
        tx.run(
            "DELETE FROM own_session WHERE subject = $1 AND (expires_at <= $2 OR seen_at <= $3)",
            params![code.subject, now, now.plus_seconds(-IDLE_SECONDS)],
        );
        tx.run_exactly(
            1,
            "INSERT INTO own_session (id, subject, token_hash, contact, created_at, expires_at, mark, seen_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            row,
        );
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(Personal::new(token))
    }

    /// The live session of this token; its use is noted.
    ///
    /// # Errors
    /// [`OwnError`]; `Corrupt`, an incident, if the row was altered.
    pub async fn own_session(
        &self,
        token: &str,
        address: Option<Address>,
    ) -> Result<Option<OwnSession>, OwnError> {
        let digest = self.token_digest("own-session", token.as_bytes());
        let sql = "SELECT id, subject, token_hash, contact, created_at, expires_at, mark, seen_at FROM own_session \
                   WHERE token_hash = $1";
        let rows = self.store().query(sql, params![digest]).await;
        let rows = rows.map_err(VaultError::from)?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        self.check_row(Marked::OwnSession, row, 0)?;
        let stored = |error| VaultError::from(error);
        let (now, seen_at) = (self.now(), row.moment(7).map_err(stored)?);
        let expires_at = row.moment(5).map_err(stored)?;
        // A clock that went back must not prolong it.
        let ahead = now.plus_seconds(ABSOLUTE_SECONDS + NOTED_SECONDS);
        if now >= expires_at || expires_at > ahead || now.seconds_since(seen_at) >= IDLE_SECONDS {
            return Ok(None);
        }
        let id = row.id(0, SessionId::from_slice).map_err(stored)?;
        let subject = row.id(1, SubjectId::from_slice).map_err(stored)?;
        let Some(own) = self.own_door(subject, None, address) else {
            return Ok(None);
        };
        if now.seconds_since(seen_at) >= NOTED_SECONDS {
            let mut tx = Tx::new();
            tx.run(
                "UPDATE own_session SET seen_at = $1 WHERE id = $2 AND seen_at < $1",
                params![now, id],
            );
            self.store().commit(tx).await.map_err(VaultError::from)?;
        }
        let contact = row.text(3).map_err(stored)?.parse();
        Ok(Some(OwnSession {
            id,
            own,
            contact: contact.map_err(|_| VaultError::Corrupt("own_session"))?,
            expires_at,
        }))
    }

    /// Ends a session, under an entry.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn end_own_session(&self, session: &OwnSession) -> Result<(), OwnError> {
        let own = &session.own;
        let person = self.person(own.subject).await?;
        let mut tx = Tx::new();
        tx.run(
            "DELETE FROM own_session WHERE subject = $1 AND id = $2",
            params![own.subject, session.id],
        );
        let pseudonym = person.and_then(|person| person.pseudonym);
        let entry = self.own_doing(&self.active(), own, Kind::SignOut, pseudonym, &[]);
        tx.append(self.bytes(&entry)?);
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(())
    }

    /// Removes sessions and codes whose time is over; a code's row stays for the day that it counts on.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tidy_own(&self) -> Result<(), VaultError> {
        let now = self.now();
        let mut tx = Tx::new();
        tx.run(
            "DELETE FROM own_session WHERE expires_at <= $1 OR seen_at <= $2",
            params![now, now.plus_seconds(-IDLE_SECONDS)],
        );
        tx.run(
            "DELETE FROM own_code WHERE expires_at <= $1 AND day < $2",
            params![now, now.china_day()],
        );
        self.store().commit(tx).await?;
        Ok(())
    }
}
