//! Checks of the quality of detection on a deployment's own free texts: two people mark the same texts, blind to
//! each other and to the detector; what they say is what the detector is held against.
//!
//! No text is kept. Each look is a read as any other ([`Vault::read`]), under purpose, quota and entry; what stays
//! is offsets and kinds. All reading goes through [`look`].

mod close;
mod look;
mod mark;
mod measure;
mod sample;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use shouxin_detect::Detector;
use shouxin_model::{
    Caller, CallerKind, FieldRef, Moment, Personal, QualityCheckId, QualityTextId, RecordId,
    SubjectId,
};
use shouxin_policy::Because;
use shouxin_store::{Row, params};

use crate::{Vault, VaultError};

pub use mark::Standing;
pub use measure::{KindScore, Measures, Span};
pub use sample::{FEWEST_TEXTS, MOST_TEXTS};

/// A check to be begun.
#[derive(Clone, Debug)]
pub struct NewQualityCheck {
    /// The purpose that texts are read for.
    pub purpose: String,
    /// Free-text fields that the purpose has, at least one.
    pub fields: Vec<FieldRef>,
    /// How many texts, [`FEWEST_TEXTS`] to [`MOST_TEXTS`].
    pub size: u32,
}

/// A check, and how far it is.
#[derive(Clone, Debug)]
pub struct QualityCheck {
    /// Its id.
    pub id: QualityCheckId,
    /// The purpose.
    pub purpose: String,
    /// The fields.
    pub fields: Vec<FieldRef>,
    /// The detector that is checked.
    pub detector: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Who began it, as a pseudonymous id.
    pub created_by: String,
    /// When.
    pub created_at: Moment,
    /// How many texts there are.
    pub texts: u64,
    /// How many of them still miss somebody's marks.
    pub open: u64,
    /// In how many the two differ, and nobody has settled it.
    pub disputed: u64,
    /// How many are settled.
    pub settled: u64,
    /// How many are left out: they have changed meanwhile.
    pub skipped: u64,
    /// How many the caller has marked.
    pub mine: u64,
    /// What came of it.
    pub certificate: Option<Certificate>,
    /// The certificate as it was digested, one line of JSON. Written anew, its figures could come out in other words.
    pub certified: Option<String>,
    /// The ledger entry of the certificate.
    pub entry: Option<u64>,
    version: i64,
}

/// What came of a check: figures, never a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The check.
    pub check: QualityCheckId,
    /// The detector.
    pub detector: String,
    /// The purpose.
    pub purpose: String,
    /// The fields.
    pub fields: Vec<FieldRef>,
    /// The version of the register.
    pub register_version: u32,
    /// When the sample was drawn.
    pub sampled_at: Moment,
    /// When it was closed.
    pub closed_at: Moment,
    /// The roles of those who marked, each once.
    pub annotator_roles: Vec<String>,
    /// How many people marked.
    pub annotators: u64,
    /// How many texts the two marked alike.
    pub agreed: u64,
    /// How many somebody else settled.
    pub settled_by_third: u64,
    /// How many one of the two settled after talking to the other.
    pub settled_jointly: u64,
    /// How many were left out.
    pub skipped: u64,
    /// The seed of the draws behind the intervals, base64url.
    pub seed: String,
    /// The figures.
    pub measures: Measures,
}

/// A text to be marked or settled.
#[derive(Debug)]
pub struct QualityText {
    /// Its id.
    pub id: QualityTextId,
    /// Its place in the check, from 1.
    pub place: u64,
    /// The field.
    pub field: FieldRef,
    /// The text.
    pub text: Personal<String>,
    /// Of a dispute: what the two marked, in no telling order.
    pub marks: Vec<Vec<Span>>,
    /// The ledger entry of the look.
    pub entry: u64,
}

/// What became of the wish to see the next text.
#[derive(Debug)]
pub enum Look {
    /// Here it is.
    Text(Box<QualityText>),
    /// The purpose does not open it for the caller; the entry that says so.
    Refused(std::sync::Arc<Because>, u64),
    /// There is none left for the caller.
    Done,
}

/// Why something about a check was not done.
#[derive(Debug, thiserror::Error)]
pub enum QualityError {
    /// The caller's role does not include it.
    #[error("the caller's role does not include this")]
    Role,
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    Purpose,
    /// This field is none of the purpose's free texts: its place in the list.
    #[error("the purpose has no such free text")]
    Field(usize),
    /// No field, one twice, or too few or too many texts.
    #[error("a check has at least one field and {FEWEST_TEXTS} to {MOST_TEXTS} texts")]
    Size,
    /// There are too few texts to draw from.
    #[error("there are only {0} such texts")]
    TooFew(u64),
    /// There is no such check or text.
    #[error("there is no such check or text")]
    NotFound,
    /// It is closed, or a text does not stand so that this could be done.
    #[error("it does not stand so that this could be done")]
    State,
    /// The marks overlap, leave the text, or name a kind that does not exist.
    #[error("these cannot be marks of the text")]
    Marks,
    /// Texts are still to be marked or settled.
    #[error("texts are still to be marked or settled")]
    Unfinished,
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A SELECT of what [`check`] takes; `$2` is the caller.
macro_rules! select_check {
    ($which:literal) => {
        concat!(
            "SELECT c.id, c.purpose, c.fields, c.detector, c.state, c.created_by, c.created_at, c.certificate, ",
            "c.entry, c.version, ",
            "(SELECT COUNT(*) FROM quality_text t WHERE t.check_id = c.id), ",
            "(SELECT COUNT(*) FROM quality_text t WHERE t.check_id = c.id AND t.state = 'open'), ",
            "(SELECT COUNT(*) FROM quality_text t WHERE t.check_id = c.id AND t.state = 'disputed'), ",
            "(SELECT COUNT(*) FROM quality_text t WHERE t.check_id = c.id AND t.state = 'settled'), ",
            "(SELECT COUNT(*) FROM quality_mark m JOIN quality_text t ON t.id = m.text ",
            "WHERE t.check_id = c.id AND m.annotator = $2 AND m.spans IS NOT NULL) ",
            "FROM quality_check c ",
            $which
        )
    };
}

/// The detector that is checked: loaded once, when first needed.
static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::new);

/// What the certificate calls it.
const DETECTOR_ID: &str = concat!("shouxin-detect ", env!("CARGO_PKG_VERSION"));

impl Vault {
    /// Every check, newest first, with how far it is and what the caller has marked.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn quality_checks(&self, caller: &Caller) -> Result<Vec<QualityCheck>, VaultError> {
        let sql = select_check!("WHERE $1 = '' ORDER BY c.created_at DESC, c.id");
        self.checks_of(sql, params!["", caller.actor()]).await
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound`; the store could not be read.
    pub async fn quality_check(
        &self,
        caller: &Caller,
        id: QualityCheckId,
    ) -> Result<QualityCheck, QualityError> {
        let sql = select_check!("WHERE c.id = $1");
        let found = self.checks_of(sql, params![id, caller.actor()]).await?;
        found.into_iter().next().ok_or(QualityError::NotFound)
    }

    async fn checks_of(
        &self,
        sql: &'static str,
        params: Vec<shouxin_store::Value>,
    ) -> Result<Vec<QualityCheck>, VaultError> {
        let rows = self.store().query(sql, params).await?;
        rows.iter().map(check).collect()
    }
}

fn check(row: &Row) -> Result<QualityCheck, VaultError> {
    let corrupt = || VaultError::Corrupt("quality check");
    let certificate = row.opt_text(7)?.map(serde_json::from_str).transpose();
    let count = |i: usize| row.int(i).map(i64::unsigned_abs);
    let (texts, open, disputed, settled) = (count(10)?, count(11)?, count(12)?, count(13)?);
    Ok(QualityCheck {
        id: row.id(0, QualityCheckId::from_slice)?,
        purpose: row.text(1)?.to_owned(),
        fields: serde_json::from_str(row.text(2)?).map_err(|_| corrupt())?,
        detector: row.text(3)?.to_owned(),
        closed: row.text(4)? == CLOSED,
        created_by: row.text(5)?.to_owned(),
        created_at: row.moment(6)?,
        certificate: certificate.map_err(|_| corrupt())?,
        certified: row.opt_text(7)?.map(str::to_owned),
        entry: row.opt_int(8)?.map(i64::unsigned_abs),
        version: row.int(9)?,
        texts,
        open,
        disputed,
        settled,
        skipped: texts.saturating_sub(open + disputed + settled),
        mine: count(14)?,
    })
}

/// A row of `quality_text`.
struct StoredText {
    id: QualityTextId,
    place: u64,
    subject: SubjectId,
    record: RecordId,
    field: FieldRef,
    state: String,
    chars: Option<u32>,
    digest: Option<Vec<u8>>,
    found: Vec<Span>,
    gold: Vec<Span>,
    settled_by: Option<String>,
    joint: bool,
    version: i64,
}

/// A SELECT of what [`text`] takes.
macro_rules! select_text {
    ($which:literal) => {
        concat!(
            "SELECT t.id, t.place, t.subject, t.record, t.field, t.state, t.chars, t.digest, t.found, t.gold, ",
            "t.settled_by, t.joint, t.version FROM quality_text t ",
            $which
        )
    };
}
use select_text;

fn text(row: &Row) -> Result<StoredText, VaultError> {
    let corrupt = || VaultError::Corrupt("quality text");
    let chars = row.opt_int(6)?.map(u32::try_from).transpose();
    Ok(StoredText {
        id: row.id(0, QualityTextId::from_slice)?,
        place: row.int(1)?.unsigned_abs(),
        subject: row.id(2, SubjectId::from_slice)?,
        record: row.id(3, RecordId::from_slice)?,
        field: row.text(4)?.parse().map_err(|_| corrupt())?,
        state: row.text(5)?.to_owned(),
        chars: chars.map_err(|_| corrupt())?,
        digest: row.opt_bytes(7)?.map(<[u8]>::to_vec),
        found: spans(row.opt_text(8)?)?,
        gold: spans(row.opt_text(9)?)?,
        settled_by: row.opt_text(10)?.map(str::to_owned),
        joint: row.int(11)? != 0,
        version: row.int(12)?,
    })
}

fn spans(text: Option<&str>) -> Result<Vec<Span>, VaultError> {
    let read = text.map(serde_json::from_str).transpose();
    let read = read.map_err(|_| VaultError::Corrupt("quality marks"))?;
    Ok(read.unwrap_or_default())
}

fn written(spans: &[Span]) -> Result<String, VaultError> {
    serde_json::to_string(spans).map_err(|_| VaultError::Corrupt("quality marks"))
}

/// Whoever begins and closes checks.
fn may_lead(caller: &Caller) -> Result<(), QualityError> {
    match caller.kind {
        CallerKind::Operator => Ok(()),
        CallerKind::Staff { .. } if caller.roles.iter().any(|role| role == OFFICER) => Ok(()),
        _ => Err(QualityError::Role),
    }
}

/// Whoever marks: a person. What the texts' purpose asks of them, each read asks.
fn may_mark(caller: &Caller) -> Result<(), QualityError> {
    match caller.kind {
        CallerKind::Staff { .. } => Ok(()),
        _ => Err(QualityError::Role),
    }
}

const OFFICER: &str = "protection-officer";
const MARKING: &str = "marking";
const CLOSED: &str = "closed";
const OPEN: &str = "open";
const DISPUTED: &str = "disputed";
const SETTLED: &str = "settled";
const SKIPPED: &str = "skipped";
