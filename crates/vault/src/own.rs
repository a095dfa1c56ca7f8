//! The subject's own door: customers who look at their own data in the privacy centre.
//!
//! They go through the same vault as everybody else: a purpose of the register that is for nobody but the
//! subject ([`RowCondition::OwnRecord`]), its policies, an entry for each look. What is here beside that is how
//! somebody proves to be the one: a code sent to a contact that was on record before.

mod codes;
mod consents;
mod find;
mod sessions;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{
    Address, Caller, CallerKind, Moment, Purpose, Register, RowCondition, SignIn, SubjectId,
};

use crate::active::Active;
use crate::overview::{begins, looked_up};
use crate::reads::Stood;
use crate::{Day, ReadError, Vault, VaultError};

pub use codes::{CODES_A_DAY, CodeAct, MadeCode, SpentCode, TriedCode};
pub use consents::{OwnConsent, UNDO_SECONDS};
pub use find::Reached;
pub use sessions::OwnSession;

/// Why nothing of one's own is shown.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The register has no purpose for it, or none any more.
    #[error("the register has no purpose for access to one's own data")]
    NotDeclared,
    /// The subject is gone.
    #[error("there is no such subject")]
    Gone,
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Somebody who looks at their own data.
#[derive(Clone, Debug)]
pub struct Own {
    /// The subject as a caller.
    pub caller: Caller,
    /// The subject.
    pub subject: SubjectId,
    /// The name of the purpose.
    pub purpose: String,
}

/// Who looked at a subject's data, for the subject.
#[derive(Debug)]
pub struct OwnLooks {
    /// The ledger entry that records this look.
    pub entry: u64,
    /// The newest entries about the subject, newest first, each with its index. They name actors: which is for
    /// the one who shows them to leave out.
    pub newest: Vec<(u64, Entry)>,
    /// Looks a day, newest first.
    pub days: Vec<Day>,
    /// From when on all looks are counted.
    pub since: Moment,
}

impl Vault {
    /// This subject as a caller for their own data; a second factor is a second code that was just shown.
    /// `None` if the register in force declares no purpose for it.
    pub fn own_door(
        &self,
        subject: SubjectId,
        second_factor_at: Option<Moment>,
        address: Option<Address>,
    ) -> Option<Own> {
        let active = self.active();
        let purpose = own_purpose(&active.register)?;
        Some(Own {
            caller: caller(purpose, subject, second_factor_at, address),
            subject,
            purpose: purpose.name.clone(),
        })
    }

    /// Whether the register in force lets subjects look at their own data.
    pub fn has_own_door(&self) -> bool {
        own_purpose(&self.active().register).is_some()
    }

    /// Who looked at the subject's data within the last `days` days, the newest `limit` entries in full; and
    /// the entry that this question leaves.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn own_looks(
        &self,
        own: &Own,
        days: u32,
        limit: usize,
    ) -> Result<OwnLooks, OwnError> {
        let stood = self
            .stand(
                &own.caller,
                own.subject,
                &own.purpose,
                Kind::Ledger,
                &looked_up(),
            )
            .await;
        let (pseudonym, entry) = match stood {
            Ok(Some((Stood::Tied(pseudonym), entry))) => (pseudonym, entry),
            Ok(Some((Stood::Refused(_), _)) | None) => return Err(OwnError::Gone),
            Err(ReadError::Vault(error)) => return Err(error.into()),
            Err(_) => return Err(OwnError::NotDeclared),
        };
        let today = self.now().china_day();
        let since = begins(today.saturating_sub(i64::from(days.saturating_sub(1))));
        let told = self.told(pseudonym, entry, since, limit).await?;
        Ok(OwnLooks {
            entry,
            newest: told.newest,
            days: told.days.into_values().rev().collect(),
            since: told.since,
        })
    }

    /// One entry about the subject, with its bytes. `None` if there is none, or it is about somebody else: the
    /// two look the same.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn own_entry(
        &self,
        subject: SubjectId,
        index: u64,
    ) -> Result<Option<(Entry, Vec<u8>)>, OwnError> {
        let Some(person) = self.person(subject).await? else {
            return Err(OwnError::Gone);
        };
        let (entry, bytes) = match self.entry(index).await {
            Ok(found) => found,
            Err(crate::LedgerError::Beyond(_)) => return Ok(None),
            Err(crate::LedgerError::Vault(error)) => return Err(error.into()),
        };
        let own = person.pseudonym.is_some() && entry.subject == person.pseudonym;
        Ok(own.then_some((entry, bytes)))
    }

    /// An entry about what a subject did at their own door.
    fn own_doing(
        &self,
        active: &Active,
        own: &Own,
        kind: Kind,
        pseudonym: Option<[u8; 16]>,
        extra: &[(&str, &str)],
    ) -> Entry {
        let mut entry = self.begin(self.now(), kind, &own.caller, active);
        entry.subject = pseudonym;
        entry.purpose = Some(own.purpose.clone());
        entry.extra = extra
            .iter()
            .map(|(word, text)| ((*word).to_owned(), (*text).to_owned()))
            .collect();
        entry
    }
}

/// The purpose under which subjects look at their own data.
fn own_purpose(register: &Register) -> Option<&Purpose> {
    let mut purposes = register.purposes.iter();
    purposes.find(|purpose| purpose.condition == RowCondition::OwnRecord)
}

fn caller(
    purpose: &Purpose,
    subject: SubjectId,
    second_factor_at: Option<Moment>,
    address: Option<Address>,
) -> Caller {
    let mut roles = purpose.roles.clone();
    roles.sort();
    Caller {
        kind: CallerKind::Subject { id: subject },
        roles,
        site: None,
        region: None,
        sign_in: SignIn {
            second_factor_at,
            device: None,
        },
        address,
    }
}
