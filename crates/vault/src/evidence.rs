//! What proves that something was said: scanned forms, recordings. Sealed under a key of the subject's own,
//! which dies with the subject's erasure.

use sha2::{Digest, Sha256};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, EvidenceId, FieldRef, Personal, RecordId, SubjectId, Text};
use shouxin_policy::Because;
use shouxin_seal::{Binding, SubjectKey, WrappedKey};
use shouxin_store::{CommitError, Query, Row, Tx, params};

use crate::batch::key_of;
use crate::keys::guard_epoch;
use crate::reads::Stood;
use crate::vault::ATTEMPTS;
use crate::zones::statements::INSERT_KEY;
use crate::{ReadError, Vault, VaultError};

/// Evidence that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id: statements name it.
    pub id: EvidenceId,
    /// The SHA-256 of its bytes.
    pub hash: [u8; 32],
    /// The ledger entry that holds the hash.
    pub entry: u64,
}

/// Evidence that was opened.
#[derive(Debug)]
pub struct Opened {
    /// What kind of file it is.
    pub media: String,
    /// Its bytes.
    pub content: Personal<Vec<u8>>,
    /// The ledger entry that records the look.
    pub entry: u64,
}

/// Why evidence was not stored.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// It is empty, or longer than [`MOST_BYTES`].
    #[error("evidence has 1 to {MOST_BYTES} bytes")]
    Size,
    /// Its kind is none of [`MEDIA`].
    #[error("evidence is a scan or a recording")]
    Media(Text),
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// What became of the wish to see evidence.
#[derive(Debug)]
pub enum Look {
    /// Here it is.
    Opened(Opened),
    /// The purpose gives no right to it; the entry that says so.
    Refused(std::sync::Arc<Because>, u64),
    /// There is none such.
    Missing,
}

/// The longest evidence: 5 MiB.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The kinds of files that evidence may be.
pub const MEDIA: [&str; 6] = [
    "application/pdf",
    "image/jpeg",
    "image/png",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
];

/// The zone under which the key that seals a subject's evidence is wrapped: no register can declare one of
/// this name, so that giving records fresh keys leaves evidence as it is.
pub(crate) const ZONE: &str = ":evidence";

const WRONG_MEDIA: Text = Text::fixed(
    "只接受 PDF、JPEG、PNG 扫描件,或 MP3、OGG、WAV 录音",
    "only scans (PDF, JPEG, PNG) and recordings (MP3, OGG, WAV) are taken",
);

impl Vault {
    /// Stores evidence of what a subject said.
    ///
    /// # Errors
    /// [`EvidenceError`]; nothing is stored then.
    pub async fn store_evidence(
        &self,
        caller: &Caller,
        subject: SubjectId,
        media: &str,
        content: &Personal<Vec<u8>>,
    ) -> Result<Stored, EvidenceError> {
        // Into a digest, and into the envelope below.
        let bytes = content.expose();
        if !(1..=MOST_BYTES).contains(&bytes.len()) {
            return Err(EvidenceError::Size);
        }
        let Some(media) = MEDIA.into_iter().find(|known| *known == media) else {
            return Err(EvidenceError::Media(WRONG_MEDIA));
        };
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        for _ in 0..ATTEMPTS {
            let found = self.person_and(subject, Some(keys_query(subject))).await?;
            let Some((person, keys)) = found else {
                return Err(EvidenceError::SubjectNotFound);
            };
            let (now, mut dice) = (self.now(), self.dice());
            let id = EvidenceId::make(now, &mut dice);
            let keyring = self.held_by(None)?.keyring_to_write(now)?;
            let mut tx = Tx::new();
            guard_epoch(&mut tx, None, &keyring);
            let key = match keys.first() {
                Some(row) => key_of(&keyring, subject, row)?.1,
                None => {
                    let key = SubjectKey::make(&keyring, &mut dice);
                    let WrappedKey { epoch, bytes } = key.wrap(&keyring, subject, ZONE, &mut dice);
                    // Should another have been made meanwhile, the subject's version has moved and all of this
                    // is done again.
                    tx.run_exactly(1, INSERT_KEY, params![subject, ZONE, epoch, bytes]);
                    key
                }
            };
            let suite = self.active().register.suite;
            let field = field();
            let sealed =
                shouxin_seal::seal(&key, suite, &binding(&field, subject, id), bytes, &mut dice);
            tx.run_exactly(
                1,
                "INSERT INTO evidence (subject, id, media, hash, size_bytes, sealed, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                params![
                    subject,
                    id,
                    media,
                    hash,
                    i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                    sealed,
                    now
                ],
            );
            let mut entry = self.begin(now, Kind::Consent, caller, &self.active());
            entry.subject = person.pseudonym;
            entry.extra = told("stored-evidence", id);
            let text = data_encoding::BASE64URL_NOPAD.encode(&hash);
            entry.extra.push(("sha256".to_owned(), text));
            tx.append(self.bytes(&entry)?);
            person.touch(self, &mut tx);
            match self.store().commit(tx).await {
                Ok(committed) => {
                    let entry = committed.entries[0];
                    return Ok(Stored { id, hash, entry });
                }
                Err(CommitError::Conflict { .. }) => self.refresh().await?,
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    /// The SHA-256 of a subject's evidence; `None` if there is none such.
    ///
    /// # Errors
    /// The store failed.
    pub async fn evidence_hash(
        &self,
        subject: SubjectId,
        id: EvidenceId,
    ) -> Result<Option<[u8; 32]>, VaultError> {
        let sql = "SELECT hash FROM evidence WHERE subject = $1 AND id = $2";
        let rows = self.store().query(sql, params![subject, id]).await?;
        rows.first().map(hash_of).transpose()
    }

    /// Opens a subject's evidence for a purpose that lets the caller know of the subject. The look stands in the
    /// ledger before anything is opened.
    ///
    /// # Errors
    /// [`ReadError`]; `Corrupt` if the bytes are not those that were stored.
    pub async fn open_evidence(
        &self,
        caller: &Caller,
        subject: SubjectId,
        id: EvidenceId,
        purpose: &str,
    ) -> Result<Look, ReadError> {
        let extra = told("opened-evidence", id);
        let stood = self
            .stand(caller, subject, purpose, Kind::Reveal, &extra)
            .await?;
        let entry = match stood {
            None => return Ok(Look::Missing),
            Some((Stood::Refused(because), entry)) => return Ok(Look::Refused(because, entry)),
            Some((Stood::Tied(_), entry)) => entry,
        };
        let keyring = self.keyring()?;
        let evidence = Query {
            sql: "SELECT hash, media, sealed FROM evidence WHERE subject = $1 AND id = $2",
            params: params![subject, id],
        };
        let asked = vec![keys_query(subject), evidence];
        let answers = self
            .store()
            .query_all(asked)
            .await
            .map_err(VaultError::from)?;
        let [keys, rows] = &answers[..] else {
            return Ok(Look::Missing);
        };
        let (Some(key), Some(row)) = (keys.first(), rows.first()) else {
            return Ok(Look::Missing);
        };
        let (_, key) = key_of(&keyring, subject, key)?;
        let content = opened(&key, subject, id, row)?;
        let media = row.text(1).map_err(VaultError::from)?.to_owned();
        Ok(Look::Opened(Opened {
            media,
            content,
            entry,
        }))
    }
}

/// The bytes of a row `hash, media, sealed`, once they are those that were stored.
fn opened(
    key: &SubjectKey,
    subject: SubjectId,
    id: EvidenceId,
    row: &Row,
) -> Result<Personal<Vec<u8>>, VaultError> {
    let field = field();
    let content = shouxin_seal::open(key, &binding(&field, subject, id), row.bytes(2)?)
        .map_err(|_| VaultError::Corrupt("evidence"))?;
    // Into a digest.
    let digest: [u8; 32] = Sha256::digest(content.expose()).into();
    if digest == hash_of(row)? {
        Ok(content)
    } else {
        Err(VaultError::Corrupt("evidence"))
    }
}

/// The SELECT for all evidence of a subject, as [`is_sound`] and [`is`] take its rows.
pub(crate) fn all_query(subject: SubjectId) -> Query {
    Query {
        sql: "SELECT hash, media, sealed, id FROM evidence WHERE subject = $1",
        params: params![subject],
    }
}

/// Whether evidence opens to what its hash says. Nothing of it is answered.
pub(crate) fn is_sound(key: &SubjectKey, subject: SubjectId, row: &Row) -> bool {
    let id = row.id(3, EvidenceId::from_slice);
    id.is_ok_and(|id| opened(key, subject, id, row).is_ok())
}

/// Whether a row is the evidence of this id and hash.
pub(crate) fn is(row: &Row, id: EvidenceId, hash: [u8; 32]) -> bool {
    row.id(3, EvidenceId::from_slice) == Ok(id) && row.bytes(0) == Ok(&hash)
}

fn hash_of(row: &Row) -> Result<[u8; 32], VaultError> {
    let hash = row.bytes(0)?.try_into();
    hash.map_err(|_| VaultError::Corrupt("evidence"))
}

fn keys_query(subject: SubjectId) -> Query {
    Query {
        sql: "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1 AND zone = $2",
        params: params![subject, ZONE],
    }
}

fn field() -> FieldRef {
    FieldRef::new(":evidence", "file")
}

fn binding(field: &FieldRef, subject: SubjectId, id: EvidenceId) -> Binding<'_> {
    Binding {
        zone: ZONE,
        field,
        subject,
        record: RecordId::from_bytes(*id.as_bytes()),
    }
}

fn told(did: &str, id: EvidenceId) -> Vec<(String, String)> {
    vec![
        ("did".to_owned(), did.to_owned()),
        ("evidence".to_owned(), id.to_string()),
    ]
}
