//! One thing that was found.

use serde::Serialize;
use sha2::{Digest, Sha256};
use shouxin_deid::{MaskProfile, mask};
use shouxin_detect::{Hit, Kind};

use crate::Place;

/// A hit and where it stands. It holds no value: what is shown of it is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The document: a path below what was scanned, `/` between folders, `!/` before an attachment.
    pub document: String,
    /// Where it stands there.
    pub place: Place,
    /// What it is, as [`Kind::word`] says.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// How sure the rule is, in thousandths.
    pub confidence: u16,
    /// The rule or model.
    pub rule: &'static str,
    /// What its check digit said.
    pub check: &'static str,
    /// The class of law.
    pub class: &'static str,
    /// The value, masked.
    pub masked: String,
}

impl Finding {
    pub(crate) fn of(document: &str, place: Place, value: &str, hit: &Hit) -> Self {
        Self {
            document: document.to_owned(),
            place,
            kind: hit.kind.word(),
            confidence: hit.confidence,
            rule: hit.rule,
            check: hit.check.word(),
            class: hit.class.word(),
            masked: masked(hit.kind, value),
        }
    }
}

/// What may be shown of a value: little of it, one line, never longer than 40 characters.
pub fn masked(kind: Kind, value: &str) -> String {
    let field = kind.field();
    // A code of an organisation is public, but may be one person's.
    let profile = match kind {
        Kind::Uscc => MaskProfile::Strict,
        _ => MaskProfile::Screen,
    };
    mask(field, profile, value)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(40)
        .collect()
}

/// What tells a finding again in a later scan: 32 hexadecimal digits. Made of what the report shows anyway
/// and never of the value, which a list of all phone numbers would give away again.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::masked;
    use shouxin_detect::Kind;

    #[test]
    fn no_kind_shows_its_value() {
        for &kind in Kind::ALL {
            for value in ["13800138000", "110101199003070010", "张三丰", "a@b.cn"] {
                assert_ne!(masked(kind, value), value, "{}", kind.word());
            }
        }
    }
}
