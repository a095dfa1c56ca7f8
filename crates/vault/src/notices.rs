//! Notices: what people are told, what comes into force when, and which they were shown.
//!
//! Published versions are kept for good. Each time one comes into force is a *publication*, numbered without a
//! gap; it moves the setting `declared`, which every read's transaction guards, so that every node obeys it at
//! its next read.

mod draft;
mod effect;
mod list;
mod publish;
mod snapshot;
mod stored;

use std::collections::BTreeMap;
use std::sync::Arc;

use shouxin_model::Moment;
use shouxin_notice::Bound;

use crate::Vault;
use crate::VaultError;
use crate::active::Scope;
use crate::approvals::ApprovalError;

pub use draft::{LintedNotice, NoticeDraft, NoticeTemplate};
pub use effect::{NoticeEffect, PurposeEffect, told_count};
pub use list::{NoticeCoverage, NoticeVersion};
pub use publish::{NoticePlan, NoticePublished};
pub use snapshot::SnapshotError;
pub(crate) use stored::NoticeRows;

/// A version of a notice as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The notice's name.
    pub name: String,
    /// Counted from 1 for each notice.
    pub version: u32,
    /// SHA-256 that binds what it tells: see [`Bound::hash`].
    pub hash: [u8; 32],
    /// The register's version that completed it.
    pub register_version: u32,
    /// When it was published.
    pub published_at: Moment,
    /// From when on it was to be in force.
    pub effective_at: Moment,
    /// What it tells.
    pub bound: Arc<Bound>,
}

/// A version of a notice that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The hash of what it tells.
    pub hash: [u8; 32],
    /// From when on it was in force.
    pub from: Moment,
    /// Until when; `None`: it is.
    pub until: Option<Moment>,
    /// By purpose, what it tells of it. A purpose that it took over only to close is not among them.
    pub purposes: BTreeMap<String, Scope>,
}

impl Edition {
    /// Whether it was in force at this moment.
    pub fn covers(&self, moment: Moment) -> bool {
        self.from <= moment && self.until.is_none_or(|until| moment < until)
    }
}

/// Why a notice was not published, proposed or saved.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// The text cannot be read, or the linter refuses it.
    #[error("the notice has {} findings", .0.len())]
    Findings(Vec<shouxin_register::Finding>),
    /// There is no such notice, version or draft.
    #[error("there is no such notice")]
    NotFound,
    /// It tells just what the newest version does.
    #[error("nothing differs from the newest version")]
    Nothing,
    /// Another notice binds the purpose.
    #[error("the purpose {purpose} is told by the notice {notice}")]
    BoundElsewhere {
        /// The purpose.
        purpose: String,
        /// The notice that tells it.
        notice: String,
    },
    /// It would come into force before now.
    #[error("it cannot come into force in the past")]
    Past,
    /// The draft is another's by now.
    #[error("the draft was changed meanwhile")]
    Changed,
    /// Only who holds the role may publish.
    #[error("publishing takes the role protection-officer or legal-reviewer")]
    Role,
    /// The new version widens what people agreed to: propose it, and let somebody else approve it.
    #[error("the notice widens what people agreed to: somebody else must approve it first")]
    NeedsApproval,
    /// The new version widens nothing, so nobody has to approve it.
    #[error("the notice widens nothing: publish it")]
    Narrower,
    /// The approval named does not cover it.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The store or the ledger failed, or another node published something at the same moment.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// The notices in force as this node last saw them, by name.
    pub fn notices_in_force(&self) -> Vec<Arc<Published>> {
        self.active().told.notices.clone()
    }

    /// The version in force of this notice.
    pub fn notice_in_force(&self, name: &str) -> Option<Arc<Published>> {
        let active = self.active();
        let mut notices = active.told.notices.iter();
        notices.find(|notice| notice.name == name).cloned()
    }

    /// The notice in force that tells of this purpose.
    pub fn notice_of_purpose(&self, purpose: &str) -> Option<Arc<Published>> {
        let active = self.active();
        let mut notices = active.told.notices.iter();
        notices
            .find(|notice| notice.bound.purpose(purpose).is_some())
            .cloned()
    }
}
