//! The reason that a caller gives for a read.

use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::Refusal;
use crate::caller::Signed;

/// Checks a reason's length. It is kept as a keyed digest, never as text.
///
/// # Errors
/// It is empty or has more than 200 characters.
pub fn reason(signed: &Signed, reason: Option<&str>) -> Result<(), Refusal> {
    match reason {
        Some(text) if text.trim().is_empty() || text.chars().count() > LONGEST => {
            let why = match signed.language {
                Language::Chinese => "应为 1 到 200 个字符",
                Language::English => "has 1 to 200 characters",
            };
            Err(signed.refuse(Code::InvalidValue).at("reason", why))
        }
        _ => Ok(()),
    }
}

const LONGEST: usize = 200;
