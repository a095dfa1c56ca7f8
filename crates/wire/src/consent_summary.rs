//! What subjects said about purposes, in numbers.

use serde::{Deserialize, Serialize};
use shouxin_model::{EvidenceGrade, Moment, Through};
use utoipa::ToSchema;

/// Who agreed to what, in numbers. Each is cut down to a multiple of ten, and `null` stands for 1 to 9, so that no
/// sum and no difference of them points at anybody.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentSummary {
    /// `day` or `week`; weeks begin on Monday.
    #[schema(example = "day")]
    pub step: String,
    /// The first moment of each period: midnights in China, oldest first.
    #[schema(value_type = Vec<String>, example = json!(["2026-11-20T16:00:00.000Z"]))]
    pub begins: Vec<Moment>,
    /// When the last period is over.
    #[schema(value_type = String, example = "2026-11-21T16:00:00.000Z")]
    pub ends: Moment,
    /// When was counted what counts now: within the last minute.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// How far in the ledger was counted.
    pub counted_to: u64,
    /// How many entries are still to be counted; while there are any, periods are not whole.
    pub behind: u64,
    /// When the ledger began: nothing was counted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub began_at: Option<Moment>,
    /// Whether `stands` of periods can be told: not beyond some millions of words that count.
    pub standing_known: bool,
    /// People who are held, visitors of pages among them.
    #[schema(required = true)]
    pub subjects: Option<u64>,
    /// Those that rest on consent, as the register has them; then others that something was said about.
    pub purposes: Vec<PurposeSummary>,
}

/// What was said about one purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PurposeSummary {
    /// The purpose.
    #[schema(example = "marketing-contact")]
    pub purpose: String,
    /// For how many which word about it as a whole counts now.
    pub now: NowSummary,
    /// One for each period.
    pub periods: Vec<PeriodSummary>,
    /// By the notice that was shown; withdrawals by the one that was agreed to.
    pub notices: Vec<NoticeSummary>,
    /// By what it was said through.
    pub ways: Vec<WaySummary>,
    /// How many agreed, by how well that is proved.
    pub grades: Vec<GradeSummary>,
}

/// What counts now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NowSummary {
    /// By word.
    pub stands: TurnCounts,
    /// Said nothing about it as a whole.
    #[schema(required = true)]
    pub missing: Option<u64>,
    /// Of those who agreed: before a notice told of more; they must be asked again.
    #[schema(required = true)]
    pub outdated: Option<u64>,
    /// Of those who agreed: their time is over within 30 days.
    #[schema(required = true)]
    pub expiring: Option<u64>,
    /// Of those who agreed: not proved, or only in part.
    #[schema(required = true)]
    pub unproven: Option<u64>,
}

/// One period.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PeriodSummary {
    /// What was said, about the whole or a part.
    pub said: TurnCounts,
    /// For how many which word about the whole counted at its end.
    pub stands: TurnCounts,
}

/// Numbers by what was said, or became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TurnCounts {
    /// Yes.
    #[schema(required = true)]
    pub given: Option<u64>,
    /// No, when asked.
    #[schema(required = true)]
    pub refused: Option<u64>,
    /// No longer.
    #[schema(required = true)]
    pub withdrawn: Option<u64>,
    /// The time is over.
    #[schema(required = true)]
    pub expired: Option<u64>,
    /// The single time has come and gone.
    #[schema(required = true)]
    pub spent: Option<u64>,
}

/// What was said under one version of a notice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeSummary {
    /// Its name; not there where nothing was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "marketing")]
    pub notice: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What was said.
    pub said: TurnCounts,
    /// The newest ledger entry that was counted here.
    pub last_entry: u64,
}

/// What was said through one channel.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WaySummary {
    /// `web`, `app`, `mini-program`, `counter`, `call-centre`, `paper`, `privacy-centre`, `import`, `api`, `system`.
    #[schema(value_type = String, example = "web")]
    pub through: Through,
    /// What was said.
    pub said: TurnCounts,
    /// The newest ledger entry that was counted here.
    pub last_entry: u64,
}

/// How many agreed with one grade of evidence.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GradeSummary {
    /// `proved`, `partial` or `unproven`.
    #[schema(value_type = String, example = "proved")]
    pub grade: EvidenceGrade,
    /// How many.
    #[schema(required = true)]
    pub given: Option<u64>,
    /// The newest ledger entry that was counted here.
    pub last_entry: u64,
}
