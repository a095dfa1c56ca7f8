//! The only door to plaintext.
//!
//! A read gathers facts, asks `policy`, commits the verdict to the ledger, and only then opens and
//! reduces. The proof that it did so is a value: see [`permit`]. Writing, searching, counting and
//! administration go through the same vault, so that each leaves its entry.

mod active;
mod actors;
pub mod approvals;
mod asked;
pub mod audiences;
mod backups;
mod batch;
mod cases;
mod changes;
mod checkpoints;
mod consents;
mod counters;
mod counts;
pub mod detection;
pub mod discoveries;
pub mod doctor;
mod downstreams;
mod duties;
mod erasures;
mod error;
pub mod evidence;
mod examine;
mod exports;
mod gather;
mod grants;
mod imports;
mod integrity;
mod interval;
mod jobs;
pub mod keydir;
mod keys;
mod leaks;
mod ledger;
mod looks;
mod marked;
mod notices;
pub mod observations;
mod open;
mod overview;
mod own;
mod parted;
mod permit;
mod pseudonyms;
pub mod quality;
mod quotas;
mod reads;
mod records;
mod registers;
mod restrictions;
mod retention;
mod searches;
mod secrets;
mod setup;
mod spent;
mod vault;
mod visits;
pub mod world;
mod zones;

pub use active::{Active, Scope, Told};
pub use actors::{Actors, KeyScope};
pub use approvals::{
    Act, Approval, ApprovalError, ApprovalPage, ApprovalState, Approved, Proposal,
};
pub use asked::{Choice, ChoiceError, ChoiceTaken, Question, Weighed, asked};
pub use backups::{
    BackupError, BackupSummary, Drilled, Keep, Pruned, Repository, Restored, Restoring, Taken,
    Target, ZoneTarget, restore,
};
pub use cases::{Case, CaseChange, CaseError, CaseList};
pub use changes::{
    Change, ChangePage, Changed, ConsentChange, FeedError, Interest, RestrictionChange,
};
pub use checkpoints::{Witness, WitnessError};
pub use consents::{
    AsOf, Askable, ConsentError, ConsentEvent, HeldEvent, ImportedConsents, ImportedRow, MOST_ROWS,
    MayAsk, ReceiptForm, RowOutcome, ShownNotice, Stands, Statement, TakenDown, hears, is_place,
};
pub use counters::{
    AnswerError, COUNTER_SECONDS, CounterAnswer, CounterError, CounterOpened, CounterPage,
    CounterRequest, CounterState, language_word,
};
pub use counts::{CountError, CountOutcome, CountRequest};
pub use downstreams::{
    Assignment, Downstream, DownstreamChange, DownstreamError, Lag, NewDownstream, Place, Progress,
    Registered,
};
pub use duties::{
    ClockState, ClockUnit, Duty, DutyClocks, DutyKind, DutyScope, Holder, MOST_DUTIES,
};
pub use erasures::{Erasure, ErasureError, TombstoneError, Tombstones};
pub use error::VaultError;
pub use examine::{Damage, Examination, Wrong};
pub use exports::{
    Asked, Export, ExportError, ExportPlan, ExportRequest, ExportScope, ExportStatus, Found,
    Headings, Leaving, Limit, PlannedField, Traced, Visible,
};
pub use grants::{
    Alarm, Closed, EmergencyRequest, Finding, Grant, GrantError, GrantKind, GrantRequest,
    GrantState, Outcome, Raised, Review,
};
pub use imports::{Guessed, ImportError, ImportRow, ImportStatus, Trial};
pub use interval::{Share, wilson};
pub use jobs::{JobKind, JobStatus};
pub use keys::{
    DestroyError, Destroyed, Destruction, EpochState, EpochStatus, InUse, Inventory,
    KEYS_HELD_SECONDS, KeyError, KeyList, Keys, Resealing, Rotated,
};
pub use leaks::{LeakAction, Leaks};
pub use ledger::{DecisionError, LedgerError};
pub use marked::{HeldRow, Marked};
pub use notices::{
    Edition, LintedNotice, NoticeCoverage, NoticeDraft, NoticeEffect, NoticeError, NoticePlan,
    NoticePublished, NoticeTemplate, NoticeVersion, Published, PurposeEffect, SnapshotError,
    told_count,
};
pub use open::Opened;
pub use overview::{Day, Overview, Said};
pub use own::{
    CODES_A_DAY, CodeAct, MadeCode, Own, OwnConsent, OwnError, OwnLooks, OwnSession, Reached,
    SpentCode, TriedCode, UNDO_SECONDS,
};
pub use parted::Piece;
pub use pseudonyms::{MOST_VALUES, PseudonymError, Pseudonyms};
pub use quotas::{QuotaKind, QuotaUse};
pub use reads::{FieldOutcome, MAX_FIELDS, MAX_SUBJECTS, ReadError, ReadOutcome, ReadRequest};
pub use records::{RecordError, RecordOutcome, RecordWrite, Written};
pub use registers::{
    Applied, ApplyError, MOST_ENTRIES, PREVIEW_DAYS, PolicyEffect, PolicyPlan, Reach, Shift,
    Version,
};
pub use restrictions::RestrictionError;
pub use searches::{SearchError, SearchOutcome, SearchRequest};
pub use secrets::sha256;
pub use setup::{Setup, SiloState};
#[cfg(feature = "simulate")]
pub use vault::Compiled;
pub use vault::{OpenVaultError, Vault};
pub use visits::{Answered, OpenedVisit, VISIT_SECONDS, Visit};
pub use world::World;
pub use zones::{ApartZones, ZoneError, ZoneHome};

/// Parsers of files beside the data, which have no door of their own: for the fuzz targets alone.
#[cfg(feature = "fuzz")]
pub mod fuzzing {
    pub use crate::backups::fuzzing::{
        make_manifest, make_manifest_body, make_row, manifest, manifest_body, row_again, rows_again,
    };
    pub use crate::erasures::fuzzing::{make_tombstones, tombstones};
    pub use crate::exports::fuzzing::leaked_copy;
}

/// What subjects said about purposes, in numbers.
pub mod sums {
    pub use crate::consents::{
        Blurred, ConsentSummary, EXPIRING_DAYS, MOST_PERIODS, NowSummary, PeriodSummary,
        PurposeSummary, Said, ShownVersion, Step,
    };
}

/// Types of the kernels that callers of the vault meet in its answers.
pub mod said {
    pub use shouxin_intake::{Guess, Mapping, MappingFinding, OpenError as FileError, PlanFinding};
    pub use shouxin_ledger;
    pub use shouxin_ledger::{Entry, Kind};
    pub use shouxin_notice::{
        Bound, Change as NoticeChange, ChangeKind, Difference as NoticeDifference, Paragraph,
        ParagraphKind, ParagraphScore, Score,
    };
    pub use shouxin_policy::{
        Because, CaseOutcome, Channel, Decision, Hint, Layer, MIN_GROUP, PieceDecision,
        PolicyChange, PolicyFinding, SECOND_FACTOR_SECONDS, Verdict,
    };
    pub use shouxin_regime::Span;
    pub use shouxin_regime::{calendar, law};
    pub use shouxin_register::{Finding, Plan};
    pub use shouxin_register::{
        export::collection_list,
        plan::{Effect, Sign},
    };
}
