//! The register and policies in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_model::{FieldRef, Moment, Register};
use shouxin_policy::Policies;

use crate::consents::ShownNotice;
use crate::notices::{Edition, Published};

/// The register and policies in force, loaded once and replaced whole when either changes.
#[derive(Debug)]
pub struct Active {
    /// What the deployment declares.
    pub register: Arc<Register>,
    /// The register's version; every decision names it.
    pub register_version: u32,
    /// The compiled policies, with their cache of field plans.
    pub policies: Arc<Policies>,
    /// The policies' version; every decision names it.
    pub policy_version: u32,
    /// What the notices in force tell of each purpose.
    pub told: Arc<Told>,
}

/// What the notices in force tell, by purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many times notices were published.
    pub publication: u32,
    /// By the name of the purpose; one that no notice binds is not among them.
    pub purposes: BTreeMap<String, Scope>,
    /// The notices in force, by name.
    pub notices: Vec<Arc<Published>>,
    /// Every version that is or was in force, by name and version.
    pub editions: BTreeMap<(String, u32), Edition>,
}

/// What a notice tells of a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Counts how often the purpose was widened: who agreed under a lower one has not agreed to this.
    pub number: u32,
    /// The fields that it names.
    pub fields: Arc<BTreeSet<FieldRef>>,
}

impl Told {
    /// How often a purpose had been widened by this moment; `None` if nothing had told of it by then.
    pub(crate) fn number_at(&self, purpose: &str, at: Moment) -> Option<u32> {
        let begun = self.editions.values().filter(|edition| edition.from <= at);
        // A number only rises: the highest is the newest.
        begun
            .filter_map(|edition| edition.purposes.get(purpose))
            .map(|scope| scope.number)
            .max()
    }

    /// By purpose, the name and version of the notice that told of it at this moment.
    pub(crate) fn told_at(&self, at: Moment) -> BTreeMap<String, (String, u32)> {
        let in_force = self.editions.iter().filter(|(_, one)| one.covers(at));
        in_force
            .flat_map(|(version, edition)| {
                let named = edition.purposes.keys();
                named.map(move |purpose| (purpose.clone(), version.clone()))
            })
            .collect()
    }

    /// The number of a purpose in the version that somebody was shown; 0, that of words from before any notice,
    /// if they were shown none.
    pub(crate) fn shown(&self, shown: Option<&ShownNotice>, purpose: &str) -> u32 {
        let edition = shown.and_then(|shown| {
            let edition = self.editions.get(&(shown.name.clone(), shown.version));
            edition.filter(|edition| edition.hash == shown.hash)
        });
        edition
            .and_then(|edition| edition.purposes.get(purpose))
            .map_or(0, |scope| scope.number)
    }
}

impl Active {
    /// What the setting `declared` holds while these are in force. A read's transaction guards it, so
    /// that no decision taken under an older register, policy or notice can commit on any node.
    pub(crate) fn mark(&self) -> String {
        self.mark_at(self.told.publication)
    }

    /// What it holds once this publication is in force with the same register and policies.
    pub(crate) fn mark_at(&self, publication: u32) -> String {
        let Self {
            register_version,
            policy_version,
            ..
        } = self;
        format!("r{register_version}p{policy_version}n{publication}")
    }
}
