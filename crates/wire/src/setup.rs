//! How far a deployment is on the way to its first protected read.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Counts, and the entries that prove each step. No name, no id of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SetupAnswer {
    /// The register's version, counted from 1.
    pub register_version: u32,
    /// The policies' version, counted from 1.
    pub policy_version: u32,
    /// Accounts of system administrators.
    pub system: SetupAccounts,
    /// Accounts of security administrators.
    pub security: SetupAccounts,
    /// Accounts of audit administrators.
    pub audit: SetupAccounts,
    /// Accounts of protection officers.
    pub officers: SetupAccounts,
    /// Accounts of everybody else who has a role.
    pub business: SetupAccounts,
    /// Imports that were fed to their end.
    pub imports: u64,
    /// Rows that those took in.
    pub rows: u64,
    /// The newest entry of a read that showed something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// The purpose which that read named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The newest entry that says that the whole ledger was found right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<u64>,
    /// The newest entry of a backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<u64>,
}

/// Accounts of one sort.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct SetupAccounts {
    /// Accounts that are active.
    pub active: u64,
    /// Those of them that have a second factor.
    pub ready: u64,
}
