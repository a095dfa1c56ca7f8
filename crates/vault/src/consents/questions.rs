//! Which purposes a subject may be asked about now.

use shouxin_model::{Caller, Moment, SubjectId};

use super::{ConsentError, counting, hears};
use crate::Vault;

/// A purpose that somebody would like to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Askable {
    /// The purpose.
    pub purpose: String,
    /// Whether it may be asked about now.
    pub may: MayAsk,
}

/// Whether a subject may be asked about a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayAsk {
    /// It was never asked, agreed to something narrower, or what it agreed to is over.
    Yes,
    /// The purpose rests on another basis: agreeing would mean nothing, and refusing would change nothing.
    OtherBasis,
    /// It agreed, and that counts now.
    Agreed,
    /// It refused or withdrew under the present notice; it may be asked again from this moment on, or once
    /// the notice tells of more.
    Refused(Moment),
}

impl Vault {
    /// Which of these purposes a subject may be asked about now; with none named, of all that rest on consent.
    /// Who refused is left alone for `cool_down_days`, unless a notice tells of more meanwhile.
    ///
    /// # Errors
    /// `UnknownPurpose`, `SubjectNotFound`; otherwise the store failed.
    pub async fn may_ask(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purposes: &[String],
        cool_down_days: u32,
    ) -> Result<Vec<Askable>, ConsentError> {
        let Some(person) = self.person(subject).await? else {
            return Err(ConsentError::SubjectNotFound);
        };
        let (active, now) = (self.active(), self.now());
        let register = &active.register;
        if purposes.iter().any(|name| register.purpose(name).is_none()) {
            return Err(ConsentError::UnknownPurpose);
        }
        let rows = counting(&person.consents)?;
        let asked = register.purposes.iter().filter(|purpose| {
            let named = purposes.contains(&purpose.name)
                || (purposes.is_empty() && register.needs_consent(purpose));
            named && hears(caller, &purpose.name)
        });
        let question = |purpose: &shouxin_model::Purpose| {
            let whole = rows.iter().find(|row| {
                row.purpose == purpose.name && row.part.is_empty() && row.channel.is_empty()
            });
            let scope = active.told.purposes.get(&purpose.name);
            let wider = |row: &crate::integrity::Consent<'_>| {
                scope.is_some_and(|scope| row.scope < i64::from(scope.number))
            };
            let again =
                |at: Moment| at.plus_seconds(i64::from(cool_down_days).saturating_mul(86_400));
            match whole {
                _ if !register.needs_consent(purpose) => MayAsk::OtherBasis,
                Some(row) if wider(row) => MayAsk::Yes,
                Some(row) if matches!(row.state, "refused" | "withdrawn") => {
                    let again = again(row.at);
                    if now < again {
                        MayAsk::Refused(again)
                    } else {
                        MayAsk::Yes
                    }
                }
                Some(row) if row.state == "given" && row.expires_at.is_none_or(|at| now < at) => {
                    MayAsk::Agreed
                }
                _ => MayAsk::Yes,
            }
        };
        Ok(asked
            .map(|purpose| Askable {
                purpose: purpose.name.clone(),
                may: question(purpose),
            })
            .collect())
    }
}
