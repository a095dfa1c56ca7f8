//! Which cryptography is in use, for the cipher inventory (S123) and for whoever has to plan the
//! move to algorithms that withstand quantum computers.

use shouxin_model::{Suite, Text};

/// One use of one algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CipherUse {
    /// The algorithm as its standard names it.
    pub name: &'static str,
    /// Bits of its key; 0 where there is none.
    pub key_bits: u16,
    /// The standard that defines it.
    pub standard: &'static str,
    /// The suite it belongs to; `None` if it serves both.
    pub suite: Option<Suite>,
    /// What it does here.
    pub role: Text,
    /// The library it comes from.
    pub library: &'static str,
    /// What a quantum computer would do to it.
    pub quantum: Text,
    /// The same in a word.
    pub exposure: Exposure,
}

/// What a quantum computer would do to an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Enough strength is left.
    Safe,
    /// About 64 bits are left.
    Halved,
    /// Nothing is left.
    Broken,
}

impl Exposure {
    /// The word in lists.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Halved => "halved",
            Self::Broken => "broken",
        }
    }
}

/// Every algorithm this crate uses. Transport (TLS) and staff passwords are the server's to list.
pub const fn cipher_inventory() -> &'static [CipherUse] {
    INVENTORY
}

const fn entry(
    name: &'static str,
    key_bits: u16,
    standard: &'static str,
    suite: Option<Suite>,
    role: (&'static str, &'static str),
    library: &'static str,
    (zh, en, exposure): (&'static str, &'static str, Exposure),
) -> CipherUse {
    let role = Text::fixed(role.0, role.1);
    let quantum = Text::fixed(zh, en);
    CipherUse {
        name,
        key_bits,
        standard,
        suite,
        role,
        library,
        quantum,
        exposure,
    }
}

const SAFE: (&str, &str, Exposure) = (
    "Grover 算法使强度减半后仍为 128 位,无需更换",
    "Grover's search leaves 128 bits of strength: no change needed",
    Exposure::Safe,
);
const HALVED: (&str, &str, Exposure) = (
    "密钥仅 128 位,Grover 算法后约剩 64 位;长期保密的数据宜改用国际套件或待国密 256 位分组算法",
    "a 128-bit key keeps about 64 bits after Grover's search: prefer the international suite for data \
     that must stay secret for decades",
    Exposure::Halved,
);
const BROKEN: (&str, &str, Exposure) = (
    "Shor 算法可破解;仅用于签名,已有签名不泄露数据,但应在量子计算机出现前改用 ML-DSA 并重新签署检查点",
    "broken by Shor's algorithm; it only signs, so nothing recorded today leaks later, but checkpoints \
     must move to ML-DSA before such machines exist",
    Exposure::Broken,
);
const SEALING: (&str, &str) = ("字段加密、密钥封装", "seals fields and wraps keys");
const LINKING: (&str, &str) = (
    "单独存放的密钥域中的人员与记录代号(单个分组的带密钥置换)",
    "other ids of people and records in zones apart (a keyed permutation of one block)",
);
const INDEXING: (&str, &str) = (
    "盲索引、令牌、密钥环校验",
    "blind indexes, tokens, authentication of the keyring",
);
const DERIVING: (&str, &str) = ("密钥派生", "derives keys");
const SIGNING: (&str, &str) = ("审计账本检查点签名", "signs the ledger's checkpoints");

const INVENTORY: &[CipherUse] = &[
    entry(
        "AES-256-GCM",
        256,
        "NIST SP 800-38D, FIPS 197",
        Some(Suite::International),
        SEALING,
        "aws-lc-rs",
        SAFE,
    ),
    entry(
        "AES-256",
        256,
        "FIPS 197",
        Some(Suite::International),
        LINKING,
        "aes (RustCrypto)",
        SAFE,
    ),
    entry(
        "HMAC-SHA-256",
        256,
        "RFC 2104, FIPS 180-4",
        Some(Suite::International),
        INDEXING,
        "aws-lc-rs",
        SAFE,
    ),
    entry(
        "HKDF-SHA-256",
        256,
        "RFC 5869",
        Some(Suite::International),
        DERIVING,
        "aws-lc-rs",
        SAFE,
    ),
    entry(
        "Ed25519",
        256,
        "RFC 8032",
        Some(Suite::International),
        SIGNING,
        "aws-lc-rs",
        BROKEN,
    ),
    entry(
        "SM4-GCM",
        128,
        "GB/T 32907, GB/T 36624",
        Some(Suite::National),
        SEALING,
        "sm4, aes-gcm (RustCrypto)",
        HALVED,
    ),
    entry(
        "SM4",
        128,
        "GB/T 32907",
        Some(Suite::National),
        LINKING,
        "sm4 (RustCrypto)",
        HALVED,
    ),
    entry(
        "HMAC-SM3",
        256,
        "GB/T 15852.2, GB/T 32905",
        Some(Suite::National),
        INDEXING,
        "sm3, hmac (RustCrypto)",
        SAFE,
    ),
    entry(
        "HKDF-SM3",
        256,
        "RFC 5869, GB/T 32905",
        Some(Suite::National),
        DERIVING,
        "sm3, hkdf (RustCrypto)",
        SAFE,
    ),
    entry(
        "SM2",
        256,
        "GB/T 32918.2",
        Some(Suite::National),
        SIGNING,
        "sm2 (RustCrypto)",
        BROKEN,
    ),
    entry(
        "Argon2id",
        256,
        "RFC 9106",
        None,
        ("由口令派生根密钥", "stretches the root's passphrase"),
        "argon2 (RustCrypto)",
        SAFE,
    ),
    entry(
        "SHA-256",
        0,
        "FIPS 180-4",
        None,
        (
            "根密钥文件与密钥环的损坏检测",
            "shows damage of root and keyring files",
        ),
        "aws-lc-rs",
        SAFE,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_suite_has_one_algorithm_for_each_role() {
        let roles = |suite| {
            let uses = cipher_inventory()
                .iter()
                .filter(move |u| u.suite == Some(suite));
            uses.map(|u| u.role.en.clone()).collect::<Vec<_>>()
        };
        assert_eq!(roles(Suite::International).len(), 5);
        assert_eq!(roles(Suite::International), roles(Suite::National));
    }
}
