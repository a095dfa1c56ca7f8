//! Lists that hold nothing twice.

use std::collections::BTreeSet;

use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::Refusal;
use crate::caller::Signed;

/// The list at this place of the body, as a set.
///
/// # Errors
/// It holds something twice.
pub fn distinct<T: Ord>(signed: &Signed, at: &str, list: Vec<T>) -> Result<BTreeSet<T>, Refusal> {
    let count = list.len();
    let set: BTreeSet<T> = list.into_iter().collect();
    if set.len() == count {
        return Ok(set);
    }
    let why = match signed.language {
        Language::Chinese => "不能重复",
        Language::English => "holds nothing twice",
    };
    Err(signed.refuse(Code::InvalidValue).at(at, why))
}
