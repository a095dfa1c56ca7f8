//! Cryptographic suites.

use serde::{Deserialize, Serialize};

/// Which family of algorithms seals, indexes and signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suite {
    /// AES-256-GCM, HMAC-SHA-256, Ed25519.
    #[default]
    International,
    /// SM4-GCM, HMAC-SM3, SM2 (GB/T 32907, 32905, 32918).
    National,
}
