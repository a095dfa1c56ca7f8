//! Who speaks on a public page: a customer whom the host of the page names, or a visitor whom nobody knows.
//!
//! A host opens a consent session for its customer and hands the token to the page. Without one, the visitor
//! becomes a subject of its own at the first word said, without records, and the page keeps a token that
//! names it. Both tokens are sealed: they tell nothing to whoever holds them, and open nothing else.

use data_encoding::BASE32_DNSSEC;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, ConsentWord, ContactChannel, EvidenceGrade, Moment, SubjectId, Through,
};
use shouxin_store::{Row, Tx, params};

use crate::consents::ConsentError;
use crate::erasures::ErasureError;
use crate::gather::form;
use crate::integrity::{Consent, Facts};
use crate::{ShownNotice, Statement, Vault, VaultError};

/// For how long a page may speak for a customer, in seconds.
pub const VISIT_SECONDS: i64 = 15 * 60;

/// A page opened for a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The customer.
    pub subject: SubjectId,
    /// Who opened it: `stf_…` or `key_…`.
    pub opener: String,
}

/// What a customer's page is handed.
#[derive(Clone, Debug)]
pub struct OpenedVisit {
    /// Names the customer to the widget, and only there.
    pub token: String,
    /// Until when.
    pub expires_at: Moment,
}

/// What a subject said before about the purposes of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Agreed to, and it counts now.
    pub on: Vec<String>,
    /// Refused or withdrawn.
    pub off: Vec<String>,
    /// When something was last said to this very version of the notice; `None`: nothing was.
    pub this_version: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
struct SealedVisit {
    subject: [u8; 16],
    opener: String,
    until: i64,
}

const VISIT: &str = "consent-session";
const VISITOR: &str = "web-visitor";

impl Vault {
    /// Lets a page speak for this customer for [`VISIT_SECONDS`].
    ///
    /// # Errors
    /// `SubjectNotFound`; or the store failed.
    pub async fn open_visit(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<OpenedVisit, ConsentError> {
        if self.person(subject).await?.is_none() {
            return Err(ConsentError::SubjectNotFound);
        }
        let expires_at = self.now().plus_seconds(VISIT_SECONDS);
        let sealed = SealedVisit {
            subject: *subject.as_bytes(),
            opener: caller.actor(),
            until: expires_at.micros(),
        };
        Ok(OpenedVisit {
            token: self.token(VISIT, &sealed)?,
            expires_at,
        })
    }

    /// Whom this token of [`Vault::open_visit`] names; `None` if it is none of ours or its time is over.
    pub fn visit(&self, token: &str) -> Option<Visit> {
        let sealed: SealedVisit = self.of_token(VISIT, token)?;
        (self.now() < Moment::from_micros(sealed.until)).then(|| Visit {
            subject: SubjectId::from_bytes(sealed.subject),
            opener: sealed.opener,
        })
    }

    /// The visitor whom this token names, if it is one of ours and the visitor was not erased.
    ///
    /// # Errors
    /// The store failed, or what it holds was altered.
    pub async fn visitor(&self, token: &str) -> Result<Option<SubjectId>, VaultError> {
        let Some(bytes) = self.of_token(VISITOR, token) else {
            return Ok(None);
        };
        let subject = SubjectId::from_bytes(bytes);
        Ok(self.person(subject).await?.map(|_| subject))
    }

    /// Whether this token named a visitor when it was made.
    pub fn is_visitor_token(&self, token: &str) -> bool {
        self.of_token::<[u8; 16]>(VISITOR, token).is_some()
    }

    /// The token that names this visitor to the widget.
    ///
    /// # Errors
    /// None in practice: sixteen bytes are JSON.
    pub fn visitor_token(&self, visitor: SubjectId) -> Result<String, VaultError> {
        self.token(VISITOR, visitor.as_bytes())
    }

    /// A subject for somebody who says something on a page and is known to nobody: without records, without
    /// keys, of the source `web-visitor`.
    ///
    /// # Errors
    /// The store or the ledger failed.
    pub async fn make_visitor(&self) -> Result<SubjectId, VaultError> {
        let (now, mut dice) = (self.now(), self.dice());
        let mut pseudonym = [0; 16];
        dice.fill_bytes(&mut pseudonym);
        let id = SubjectId::make(now, &mut dice);
        let facts = Facts::new(id, Some(pseudonym), VISITOR, now).stored(self);
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO subject (id, state, version, pseudonym, salt, source, created_at) \
             VALUES ($1, 'active', 1, $2, $3, $4, $5)",
            params![id, pseudonym.to_vec(), facts, VISITOR, now],
        );
        let mut entry = self.begin(now, Kind::Consent, &Caller::page(None), &self.active());
        entry.subject = Some(pseudonym);
        entry.extra = vec![("did".to_owned(), "visitor-met".to_owned())];
        tx.append(self.bytes(&entry)?);
        self.store().commit(tx).await?;
        Ok(id)
    }

    /// Erases visitors who have said nothing for `days` days, a few of them, and gives how many: none left if it
    /// gives 0. Nobody knows who they are, no record of theirs has a period of its own, and a browser that has not
    /// come back for so long is asked anew if it does. One who was given records is no visitor and stays.
    ///
    /// # Errors
    /// [`ErasureError`]; those before the one that failed are erased.
    pub async fn erase_old_visitors(&self, days: u32) -> Result<usize, ErasureError> {
        let before = self
            .now()
            .plus_seconds(i64::from(days).saturating_mul(-86_400));
        let rows = self
            .store()
            .query(OLD_VISITORS, params![VISITOR, before])
            .await
            .map_err(VaultError::from)?;
        let mut erased = 0;
        for row in &rows {
            let visitor = row.id(0, SubjectId::from_slice).map_err(VaultError::from)?;
            // Held to what was written: a customer whom somebody calls a visitor in the store is not erased.
            if self.person(visitor).await?.is_none() {
                continue;
            }
            match self.erase(&Caller::operator(), visitor, OVER).await {
                Ok(_) => erased += 1,
                // Another node was sooner.
                Err(ErasureError::SubjectNotFound | ErasureError::Already(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(erased)
    }

    /// What a subject said about purposes as a whole, and whether it was asked by this version of a notice.
    /// `None` if there is no such subject.
    ///
    /// # Errors
    /// The store failed, or what it holds was altered.
    pub async fn answered(
        &self,
        subject: SubjectId,
        notice: &str,
        version: u32,
    ) -> Result<Option<Answered>, VaultError> {
        let Some(person) = self.person(subject).await? else {
            return Ok(None);
        };
        let (now, active) = (self.now(), self.active());
        let mut answered = Answered::default();
        for row in &person.consents {
            let said = Consent::of(row)?;
            if !said.part.is_empty() || !said.channel.is_empty() {
                continue;
            }
            let told = active.told.purposes.get(said.purpose);
            let counts = told.is_none_or(|scope| said.scope >= i64::from(scope.number))
                && said.from.is_none_or(|from| from <= now)
                && said.expires_at.is_none_or(|until| now < until);
            match said.state {
                "given" if counts => answered.on.push(said.purpose.to_owned()),
                "refused" | "withdrawn" => answered.off.push(said.purpose.to_owned()),
                _ => {}
            }
        }
        let sql = "SELECT received_at FROM consent_event WHERE subject = $1 AND notice = $2 AND notice_version = $3 \
                   ORDER BY epoch DESC LIMIT 1";
        let rows = self
            .store()
            .query(sql, params![subject, notice, version])
            .await?;
        answered.this_version = rows.first().map(|row| row.moment(0)).transpose()?;
        Ok(Some(answered))
    }

    /// Takes over for a customer what a visitor said, now that the host knows that they are one person. About
    /// each purpose the newer word counts; what is taken over keeps its time, its notice and its place. Gives
    /// how many words were taken over. Doing it again takes over nothing.
    ///
    /// # Errors
    /// `SubjectNotFound` if there is no such customer; nothing changes then.
    pub async fn join_visitor(
        &self,
        caller: &Caller,
        subject: SubjectId,
        visitor: SubjectId,
    ) -> Result<usize, ConsentError> {
        let Some(person) = self.person(subject).await? else {
            return Err(ConsentError::SubjectNotFound);
        };
        let Some(other) = self.person(visitor).await? else {
            return Ok(0);
        };
        let own = person.consents.iter().map(Consent::of);
        let own: Vec<_> = own.collect::<Result<_, _>>()?;
        let mut statements = Vec::new();
        for row in &other.consents {
            let said = Consent::of(row)?;
            // What came to its end, or was used up, is nobody's word any more.
            let Some(word) = ConsentWord::of_word(said.state) else {
                continue;
            };
            let newer = |one: &Consent<'_>| one.purpose == said.purpose && one.at >= said.at;
            if subject != visitor && !own.iter().any(newer) {
                statements.push(self.again(visitor, &said, word).await?);
            }
        }
        if statements.is_empty() {
            return Ok(0);
        }
        self.take_down(caller, subject, &statements).await?;
        self.tell_joined(caller, other.pseudonym, statements.len())
            .await?;
        Ok(statements.len())
    }

    /// The statement that led to what counts now.
    async fn again(
        &self,
        subject: SubjectId,
        said: &Consent<'_>,
        word: ConsentWord,
    ) -> Result<Statement, VaultError> {
        let sql = "SELECT notice, notice_version, notice_hash, language, through, place, collected_at \
                   FROM consent_event WHERE subject = $1 AND epoch = $2";
        let rows = self
            .store()
            .query(sql, params![subject, said.epoch])
            .await?;
        let row = rows.first().ok_or(VaultError::Corrupt("consent"))?;
        Ok(Statement {
            part: Some(said.part.to_owned()).filter(|part| !part.is_empty()),
            channel: ContactChannel::of_word(said.channel),
            notice: shown(row)?,
            through: Through::of_word(row.text(4)?).ok_or(VaultError::Corrupt("consent"))?,
            place: row.opt_text(5)?.map(str::to_owned),
            collected_at: Some(row.moment(6)?),
            from: said.from,
            until: said.expires_at,
            grade: EvidenceGrade::of_word(said.grade).ok_or(VaultError::Corrupt("consent"))?,
            ..Statement::new(said.purpose, word, form(said.form))
        })
    }

    /// Says with the visitor what became of their words.
    async fn tell_joined(
        &self,
        caller: &Caller,
        pseudonym: Option<[u8; 16]>,
        words: usize,
    ) -> Result<(), VaultError> {
        let mut entry = self.begin(self.now(), Kind::Consent, caller, &self.active());
        entry.subject = pseudonym;
        entry.extra = vec![
            ("did".to_owned(), "visitor-joined".to_owned()),
            ("words".to_owned(), words.to_string()),
        ];
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        self.store().commit(tx).await?;
        Ok(())
    }

    /// A sealed text that only this deployment reads. Letters and digits alone, so that it looks like nothing
    /// else to whoever inspects requests.
    pub(crate) fn token(&self, context: &str, what: &impl Serialize) -> Result<String, VaultError> {
        let bytes = serde_json::to_vec(what).map_err(|_| VaultError::Corrupt("token"))?;
        Ok(BASE32_DNSSEC.encode(&self.seal_secret(context, &bytes)))
    }

    pub(crate) fn of_token<T: for<'a> Deserialize<'a>>(
        &self,
        context: &str,
        token: &str,
    ) -> Option<T> {
        let sealed = BASE32_DNSSEC.decode(token.as_bytes()).ok()?;
        let bytes = self.open_secret(context, &sealed).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// The word of the ledger for why a visitor was erased.
const OVER: &str = "keeping-period-over";

/// The newest word says when a visitor was last here; before any, when it was made.
const OLD_VISITORS: &str = "SELECT s.id FROM subject s WHERE s.source = $1 AND s.state = 'active' \
    AND s.created_at <= $2 AND NOT EXISTS (SELECT 1 FROM consent_event e WHERE e.subject = s.id AND e.received_at > $2) \
    AND NOT EXISTS (SELECT 1 FROM record r WHERE r.subject = s.id) ORDER BY s.id LIMIT 50";

/// The notice in the columns `notice`, `notice_version`, `notice_hash` and `language`.
fn shown(row: &Row) -> Result<Option<ShownNotice>, VaultError> {
    let Some(hash) = row.opt_bytes(2)? else {
        return Ok(None);
    };
    let corrupt = || VaultError::Corrupt("consent");
    Ok(Some(ShownNotice {
        name: row.text(0)?.to_owned(),
        version: u32::try_from(row.int(1)?).map_err(|_| corrupt())?,
        hash: hash.try_into().map_err(|_| corrupt())?,
        language: row.text(3)?.to_owned(),
    }))
}
