//! Alarms and reviews: what somebody else must look at after the fact.

use shouxin_ledger::Kind;
use shouxin_model::declared::Silo;
use shouxin_model::{AlarmId, Caller, GrantId, Moment, Personal, Register};
use shouxin_store::{CommitError, Row, Tx, params};

use super::{CORRUPT, Grant, GrantError, watches};
use crate::approvals::{Another, is_reason, is_strong};
use crate::{HeldRow, Marked, Vault, VaultError};

/// Something that somebody must look at now.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// Its id.
    pub id: AlarmId,
    /// What kind of thing: `emergency`.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// What it is about, such as `gra_…`.
    pub about: String,
    /// When.
    pub at: Moment,
    /// Who has looked at it.
    pub seen_by: Option<String>,
    /// When.
    pub seen_at: Option<Moment>,
    /// Who has closed it, and when, and what came of it.
    pub closed: Option<Closed>,
}

/// How an alarm ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something was wrong, and was dealt with.
    Handled,
    /// Nothing was wrong.
    Harmless,
    /// It is an incident now, dealt with as such.
    Escalated,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Handled, Self::Harmless, Self::Escalated];

    /// The word in the store, in ledger entries and in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Harmless => "harmless",
            Self::Escalated => "escalated",
        }
    }
}

/// A review that is due or was done.
#[derive(Debug)]
pub struct Review {
    /// The emergency.
    pub emergency: GrantId,
    /// Who broke the glass.
    pub holder: String,
    /// When.
    pub opened_at: Moment,
    /// By when it must be done.
    pub due_at: Moment,
    /// What was found; `None` while it is due.
    pub finding: Option<Finding>,
    /// Who found it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Moment>,
    /// The reviewer's words.
    pub note: Option<Personal<String>>,
    silos: Vec<Silo>,
    row: HeldRow,
}

/// What a review found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There was need for it.
    Justified,
    /// There was none: for the house's own procedure.
    Unjustified,
}

impl Finding {
    /// The word in the store, in ledger entries and in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::Unjustified => "unjustified",
        }
    }
}

fn alarm_in(row: &Row) -> Result<Alarm, VaultError> {
    let closed = match (row.opt_text(7)?, row.opt_moment(8)?, row.opt_text(9)?) {
        (Some(by), Some(at), Some(word)) => {
            let outcome = Outcome::ALL.into_iter().find(|one| one.word() == word);
            Some(Closed {
                by: by.to_owned(),
                at,
                outcome: outcome.ok_or(VaultError::Corrupt("alarm"))?,
            })
        }
        _ => None,
    };
    Ok(Alarm {
        id: row.id(0, AlarmId::from_slice)?,
        kind: row.text(1)?.to_owned(),
        actor: row.text(2)?.to_owned(),
        about: row.text(3)?.to_owned(),
        at: row.moment(4)?,
        seen_by: row.opt_text(5)?.map(str::to_owned),
        seen_at: row.opt_moment(6)?,
        closed,
    })
}

impl Review {
    /// Whether the caller could do it as far as its holder goes: another person, of none of the holder's silos.
    pub(crate) fn is_for(&self, caller: &Caller, register: &Register) -> bool {
        Another::than(&self.holder, &self.silos, caller, register).is_ok()
    }
}

impl Vault {
    /// The newest alarms, at most `limit`, for those who watch; `unseen` leaves out those that somebody has
    /// looked at.
    ///
    /// # Errors
    /// `NotFound` for anyone else.
    pub async fn alarms(
        &self,
        caller: &Caller,
        unseen: bool,
        limit: u32,
    ) -> Result<Vec<Alarm>, GrantError> {
        if !watches(caller) {
            return Err(GrantError::NotFound);
        }
        let rows = self
            .store()
            .query(
                "SELECT id, kind, actor, about, at, seen_by, seen_at, closed_by, closed_at, outcome FROM alarm \
                 WHERE ($1 = 0 OR seen_by IS NULL) ORDER BY at DESC, id DESC LIMIT $2",
                params![i64::from(unseen), limit],
            )
            .await
            .map_err(VaultError::from)?;
        Ok(rows.iter().map(alarm_in).collect::<Result<_, _>>()?)
    }

    /// Notes that the caller has looked at an alarm that somebody else raised.
    ///
    /// # Errors
    /// `NotFound`; also if somebody looked already, or the caller raised it.
    pub async fn see_alarm(&self, caller: &Caller, id: AlarmId) -> Result<(), GrantError> {
        if !watches(caller) {
            return Err(GrantError::NotFound);
        }
        let now = self.now();
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE alarm SET seen_by = $1, seen_at = $2 WHERE id = $3 AND seen_by IS NULL AND actor <> $1",
            params![caller.actor(), now, id],
        );
        let mut entry = self.begin(now, Kind::Review, caller, &self.active());
        entry.extra = vec![
            ("did".to_owned(), "saw-alarm".to_owned()),
            ("alarm".to_owned(), id.to_string()),
        ];
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(GrantError::NotFound),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// Closes an alarm that somebody has looked at, with what came of it. Not by whoever raised it.
    ///
    /// # Errors
    /// `NotFound`; also if the caller raised it. `Over` if it was closed, or nobody has looked at it yet.
    pub async fn close_alarm(
        &self,
        caller: &Caller,
        id: AlarmId,
        outcome: Outcome,
    ) -> Result<(), GrantError> {
        if !watches(caller) {
            return Err(GrantError::NotFound);
        }
        let sql = "SELECT 1 FROM alarm WHERE id = $1 AND actor <> $2";
        let rows = self.store().query(sql, params![id, caller.actor()]).await;
        if rows.map_err(VaultError::from)?.is_empty() {
            return Err(GrantError::NotFound);
        }
        let now = self.now();
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE alarm SET closed_by = $1, closed_at = $2, outcome = $3 \
             WHERE id = $4 AND seen_by IS NOT NULL AND closed_by IS NULL AND actor <> $1",
            params![caller.actor(), now, outcome.word(), id],
        );
        let mut entry = self.begin(now, Kind::Review, caller, &self.active());
        entry.extra = vec![
            ("did".to_owned(), "closed-alarm".to_owned()),
            ("alarm".to_owned(), id.to_string()),
            ("outcome".to_owned(), outcome.word().to_owned()),
        ];
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(GrantError::Over),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// The reviews, those due soonest first, at most `limit`, for those who watch; otherwise the caller's
    /// own. `due` leaves out those that are done.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn reviews(
        &self,
        caller: &Caller,
        due: bool,
        limit: u32,
    ) -> Result<Vec<Review>, GrantError> {
        let (all, due) = (i64::from(watches(caller)), i64::from(due));
        let rows = self
            .store()
            .query(
                "SELECT emergency, holder, silos, opened_at, due_at, state, finding, decided_by, decided_at, mark, \
                 note_sealed FROM review WHERE ($1 = 1 OR holder = $2) AND ($3 = 0 OR state = 'due') ORDER BY due_at, emergency LIMIT $4",
                params![all, caller.actor(), due, limit],
            )
            .await
            .map_err(VaultError::from)?;
        let reviews = rows.iter().map(|row| self.review_in(row));
        Ok(reviews.collect::<Result<_, _>>()?)
    }

    /// One review with the emergency it is about, for those who watch and for its holder.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn review(
        &self,
        caller: &Caller,
        id: GrantId,
    ) -> Result<(Review, Grant), GrantError> {
        let review = self.find_review(id).await?;
        if !watches(caller) && review.holder != caller.actor() {
            return Err(GrantError::NotFound);
        }
        Ok((review, self.find_grant(id, self.now()).await?))
    }

    /// Notes what a review found. By somebody else than the holder, with a second factor; once.
    ///
    /// # Errors
    /// `Own`, `NotFound`, `SecondFactor`; `Over` if it was done already.
    pub async fn decide_review(
        &self,
        caller: &Caller,
        id: GrantId,
        finding: Finding,
        note: &str,
    ) -> Result<Review, GrantError> {
        let (now, active) = (self.now(), self.active());
        let review = self.find_review(id).await?;
        if !watches(caller) {
            return Err(GrantError::NotFound);
        }
        let another = Another::than(&review.holder, &review.silos, caller, &active.register)?;
        if !is_strong(caller, now) {
            return Err(GrantError::SecondFactor);
        }
        if !is_reason(note) {
            return Err(GrantError::Reason);
        }
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE review SET state = 'done', finding = $1, decided_by = $2, decided_at = $3, note_sealed = $4 \
             WHERE emergency = $5 AND state = 'due' AND holder <> $2",
            params![
                finding.word(),
                another.actor(),
                now,
                self.seal_words(&note_of(id), note),
                id
            ],
        );
        let changes = [
            ("state", "done".into()),
            ("finding", finding.word().into()),
            ("decided_by", another.actor().into()),
            ("decided_at", now.into()),
        ];
        review.row.change(self, &mut tx, changes);
        let mut entry = self.begin(now, Kind::Review, caller, &active);
        entry.extra = vec![
            ("did".to_owned(), "reviewed".to_owned()),
            ("grant".to_owned(), id.to_string()),
            ("holder".to_owned(), review.holder.clone()),
            ("finding".to_owned(), finding.word().to_owned()),
        ];
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(_) => Ok(Review {
                finding: Some(finding),
                decided_by: Some(another.actor().to_owned()),
                decided_at: Some(now),
                note: Some(Personal::new(note.to_owned())),
                ..review
            }),
            Err(CommitError::Conflict { .. }) => Err(GrantError::Over),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// How many emergencies still await their review, and how many of these are overdue: for `/metrics`.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn reviews_waiting(&self) -> Result<(u64, u64), VaultError> {
        let now = self.now();
        let rows = self
            .store()
            .query(
                "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN due_at <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT) \
                 FROM review WHERE state = 'due'",
                params![now],
            )
            .await?;
        let row = rows.first().ok_or(CORRUPT)?;
        let count = |column| row.int(column).map(|n| u64::try_from(n).unwrap_or(0));
        Ok((count(0)?, count(1)?))
    }

    async fn find_review(&self, id: GrantId) -> Result<Review, GrantError> {
        let rows = self
            .store()
            .query(
                "SELECT emergency, holder, silos, opened_at, due_at, state, finding, decided_by, decided_at, mark, \
                 note_sealed FROM review WHERE emergency = $1",
                params![id],
            )
            .await
            .map_err(VaultError::from)?;
        let row = rows.first().ok_or(GrantError::NotFound)?;
        Ok(self.review_in(row)?)
    }

    fn review_in(&self, row: &Row) -> Result<Review, VaultError> {
        let held = self.hold_row(Marked::Review, row, 0)?;
        let emergency = row.id(0, GrantId::from_slice)?;
        let note = row.opt_bytes(10)?;
        Ok(Review {
            emergency,
            holder: row.text(1)?.to_owned(),
            silos: serde_json::from_str(row.text(2)?).map_err(|_| CORRUPT)?,
            opened_at: row.moment(3)?,
            due_at: row.moment(4)?,
            finding: match row.opt_text(6)? {
                Some("justified") => Some(Finding::Justified),
                Some(_) => Some(Finding::Unjustified),
                None => None,
            },
            decided_by: row.opt_text(7)?.map(str::to_owned),
            decided_at: row.opt_moment(8)?,
            row: held,
            note: note
                .map(|sealed| self.open_words(&note_of(emergency), sealed))
                .transpose()?,
        })
    }
}

/// Where a reviewer's note is sealed for.
fn note_of(id: GrantId) -> String {
    format!("review {id}")
}
