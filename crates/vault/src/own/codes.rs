//! One-time codes: six digits, ten minutes, five tries, one at a time, of use in one browser.

use rand_core::Rng;
use shouxin_ledger::Kind;
use shouxin_model::{FieldRef, Moment, Personal, SubjectId};
use shouxin_store::{CommitError, Row, Tx, Value, params};

use super::{Own, OwnError};
use crate::vault::ATTEMPTS;
use crate::{HeldRow, Marked, Vault, VaultError};

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAct {
    /// Signing in to the privacy centre.
    SignIn,
    /// Seeing one group of one's own data in clear.
    Reveal,
}

impl CodeAct {
    const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Reveal => "reveal",
        }
    }
}

/// What became of the wish for a code.
#[derive(Debug)]
pub enum MadeCode {
    /// The code, to be sent and kept nowhere.
    Made(Personal<String>),
    /// One was sent within the last half minute, or enough were sent today.
    TooSoon,
}

/// What became of a code that was typed.
#[derive(Debug)]
pub enum TriedCode {
    /// It was right, and is spent.
    Right(SpentCode),
    /// It was not, or there is none.
    Wrong,
}

/// A code that was right.
#[derive(Debug)]
pub struct SpentCode {
    /// Whose it was.
    pub subject: SubjectId,
    /// The field with the contact that it went to.
    pub contact: FieldRef,
    /// What it was for: a collection, or nothing.
    pub scope: String,
}

/// So many codes for one act are sent to one subject within a day in China: with five tries each, a guess of
/// six digits succeeds once in twenty thousand days.
pub const CODES_A_DAY: i64 = 10;

macro_rules! select {
    ($key:literal) => {
        concat!(
            "SELECT id, subject, act, browser, code_hash, contact, scope, tries, made_at, expires_at, day, sent, \
             mark FROM own_code WHERE ",
            $key,
            " = $1 AND act = $2"
        )
    };
}

const INSERT: &str = "INSERT INTO own_code (id, subject, act, browser, code_hash, contact, scope, tries, made_at, \
    expires_at, day, sent, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const CODE_SECONDS: i64 = 600;
const TRIES: i64 = 5;
const BETWEEN_SECONDS: i64 = 30;

impl Vault {
    /// Makes a code for this subject, of use to whoever holds `browser`. An earlier one is of no use any more.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn make_own_code(
        &self,
        subject: SubjectId,
        act: CodeAct,
        browser: &str,
        contact: &FieldRef,
        scope: &str,
    ) -> Result<MadeCode, OwnError> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let before = self.own_code(subject, act).await?;
            let today = now.china_day();
            let sent = match &before {
                Some(row) if now.seconds_since(row.made_at) < BETWEEN_SECONDS => {
                    return Ok(MadeCode::TooSoon);
                }
                Some(row) if row.day == today => row.sent,
                _ => 0,
            };
            if sent >= CODES_A_DAY {
                return Ok(MadeCode::TooSoon);
            }
            let mut dice = self.dice();
            let code = six_digits(&mut dice);
            let mut id = [0; 16];
            dice.fill_bytes(&mut id);
            let browser = self.browser_digest(browser);
            let row = HeldRow::new(
                self,
                Marked::OwnCode,
                params![
                    id,
                    subject,
                    act.word(),
                    browser,
                    self.code_digest(&browser, &code),
                    contact.to_string(),
                    scope,
                    0,
                    now,
                    now.plus_seconds(CODE_SECONDS),
                    today,
                    sent + 1
                ],
            );
            let mut tx = Tx::new();
            if let Some(before) = before {
                tx.run_exactly(
                    1,
                    "DELETE FROM own_code WHERE id = $1 AND mark = $2",
                    params![before.id, before.held.mark().to_vec()],
                );
            }
            // Nobody is sent a code after their erasure.
            tx.guard(
                1,
                "SELECT 1 FROM subject WHERE id = $1 AND state = 'active'",
                params![subject],
            );
            tx.run_exactly(1, INSERT, row.params());
            match self.store().commit(tx).await {
                Ok(_) => return Ok(MadeCode::Made(Personal::new(code))),
                Err(CommitError::Conflict { .. }) => {
                    if self.person(subject).await?.is_none() {
                        return Err(OwnError::Gone);
                    }
                }
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    /// Tries a code in the browser that asked for it. A right one is spent and, with an entry that says so,
    /// gives what it was for; after five wrong ones it is of no use.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn try_own_code(
        &self,
        act: CodeAct,
        browser: &str,
        typed: &Personal<String>,
    ) -> Result<TriedCode, OwnError> {
        let browser = self.browser_digest(browser);
        // In every case, so that it takes as long.
        let digest = self.code_digest(&browser, typed.expose().trim());
        for _ in 0..ATTEMPTS {
            let rows = self
                .store()
                .query(select!("browser"), params![browser, act.word()])
                .await
                .map_err(VaultError::from)?;
            let [row] = rows.as_slice() else {
                return Ok(TriedCode::Wrong);
            };
            let row = self.code_row(row)?;
            if row.hash.is_empty() || self.now() >= row.expires_at {
                return Ok(TriedCode::Wrong);
            }
            // Both are keyed digests: how far they agree tells nothing.
            let right = row.hash == digest;
            let Some(own) = self.own_door(row.subject, None, None) else {
                return Err(OwnError::NotDeclared);
            };
            match self.settle_code(&own, &row, act, right).await? {
                true if right => {
                    return Ok(TriedCode::Right(SpentCode {
                        subject: row.subject,
                        contact: row.contact,
                        scope: row.scope,
                    }));
                }
                true => return Ok(TriedCode::Wrong),
                // Somebody tried the same code at the same time: look again.
                false => {}
            }
        }
        Err(VaultError::Busy.into())
    }

    /// Counts the try, or spends the code, under an entry. `false` if another try came in between.
    async fn settle_code(
        &self,
        own: &Own,
        row: &CodeRow,
        act: CodeAct,
        right: bool,
    ) -> Result<bool, VaultError> {
        let tries = row.tries + 1;
        let spent = right || tries >= TRIES;
        let hash = if spent { Vec::new() } else { row.hash.clone() };
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE own_code SET tries = $1, code_hash = $2 WHERE id = $3",
            params![tries, hash.clone(), row.id.clone()],
        );
        let changes = [
            ("tries", Value::Int(tries)),
            ("code_hash", Value::Bytes(hash)),
        ];
        row.held.change(self, &mut tx, changes);
        let kind = match (right, act) {
            (false, _) => Kind::SignInRefused,
            (true, CodeAct::SignIn) => Kind::SignIn,
            (true, CodeAct::Reveal) => Kind::StepUp,
        };
        let person = self.person(own.subject).await?;
        let pseudonym = person.and_then(|person| person.pseudonym);
        let contact = row.contact.to_string();
        let extra = [
            ("with", "one-time-code"),
            ("for", act.word()),
            ("sent-to", contact.as_str()),
        ];
        let entry = self.own_doing(&self.active(), own, kind, pseudonym, &extra);
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn own_code(
        &self,
        subject: SubjectId,
        act: CodeAct,
    ) -> Result<Option<CodeRow>, VaultError> {
        let rows = self
            .store()
            .query(select!("subject"), params![subject, act.word()])
            .await?;
        rows.first().map(|row| self.code_row(row)).transpose()
    }

    fn code_row(&self, row: &Row) -> Result<CodeRow, VaultError> {
        let held = self.hold_row(Marked::OwnCode, row, 0)?;
        Ok(CodeRow {
            held,
            id: row.bytes(0)?.to_vec(),
            subject: row.id(1, SubjectId::from_slice)?,
            hash: row.bytes(4)?.to_vec(),
            contact: row
                .text(5)?
                .parse()
                .map_err(|_| VaultError::Corrupt("own_code"))?,
            scope: row.text(6)?.to_owned(),
            tries: row.int(7)?,
            made_at: row.moment(8)?,
            expires_at: row.moment(9)?,
            day: row.int(10)?,
            sent: row.int(11)?,
        })
    }

    fn browser_digest(&self, browser: &str) -> [u8; 32] {
        self.token_digest("own-browser", browser.as_bytes())
    }

    /// A code is short: only with the key, and for one browser, does its digest lead back to it.
    fn code_digest(&self, browser: &[u8; 32], code: &str) -> [u8; 32] {
        let mut bytes = browser.to_vec();
        bytes.extend(code.as_bytes());
        self.token_digest("own-code", &bytes)
    }
}

/// A row that was held against its mark.
struct CodeRow {
    held: HeldRow,
    id: Vec<u8>,
    subject: SubjectId,
    hash: Vec<u8>,
    contact: FieldRef,
    scope: String,
    tries: i64,
    made_at: Moment,
    expires_at: Moment,
    day: i64,
    sent: i64,
}

/// Each of the million equally likely.
fn six_digits(dice: &mut impl Rng) -> String {
    // The largest multiple of a million: what is above it would favour small codes.
    const EVEN: u32 = u32::MAX / 1_000_000 * 1_000_000;
    loop {
        let drawn = dice.next_u32();
        if drawn < EVEN {
            return format!("{:06}", drawn % 1_000_000);
        }
    }
}
