//! The register and policies in force.

use std::sync::Arc;

use shouxin_model::Register;
use shouxin_policy::Policies;

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
}

impl Active {
    /// What the setting `declared` holds while these are in force. A read's transaction guards it, so
    /// that no decision taken under an older register or policy can commit on any node.
    pub(crate) fn mark(&self) -> String {
        mark(self.register_version, self.policy_version)
    }
}

/// The mark of these versions.
pub(crate) fn mark(register_version: u32, policy_version: u32) -> String {
    format!("r{register_version}p{policy_version}")
}
