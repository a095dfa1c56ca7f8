//! The words of Shouxin: ids, moments, people's values, and the shapes of what a deployment declares.
//!
//! Everything here is plain data with no behaviour that needs a clock, dice, a database or a network,
//! so that every other crate can share it.

pub mod address;
pub mod caller;
pub mod check_digit;
pub mod conditions;
mod consent;
pub mod declared;
pub mod form;
pub mod id;
pub mod kind;
pub mod moment;
pub mod network;
pub mod numbering;
pub mod personal;
pub mod suite;
pub mod surname;
pub mod text;

pub use caller::{Address, Caller, CallerKind, SUBJECT, SignIn};
pub use conditions::{Conditions, Hours};
pub use consent::{
    ConsentTurn, ConsentWord, ContactChannel, DownstreamKind, DownstreamState, EvidenceGrade,
    Through,
};
pub use declared::{
    Basis, CaseShape, CheckRule, Collection, ConsentForm, Emergency, Field, Grade, Need, Purpose,
    Quota, Regime, Register, Retention, Role, RowCondition, SearchMode, Sensitivity, Silo, Source,
    SourcePlace, Zone,
};
pub use form::Form;
pub use id::{
    AlarmId, ApiKeyId, ApprovalId, ChangeId, CounterId, DeviceId, ErasureId, EvidenceId, ExportId,
    FieldRef, FindingId, GrantId, IdError, ImportId, JobId, QualityCheckId, QualityTextId,
    RecordId, SessionId, StaffId, SubjectId, SuppressionId,
};
pub use kind::FieldKind;
pub use moment::Moment;
pub use network::{Network, NetworkError};
pub use personal::Personal;
pub use suite::Suite;
pub use text::Text;
