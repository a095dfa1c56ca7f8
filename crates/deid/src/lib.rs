//! Hiding part of a value, or telling a coarser truth.
//!
//! - [`mask`] hides part of a value (脱敏). What it gives is still personal information.
//! - [`Rule`] is one way of masking; the register names rules, [`rule_by_name`] finds them.
//! - [`generalise`] gives the district of an address, the decade of a birth, the class of goods.
//! - [`Pseudonyms`] gives a stand-in that is the same wherever the value stands, under a key.
//!
//! Kernel: values in, values out, for any text at all. A value that does not look like its kind is
//! hidden whole: what stands in the wrong column may be anyone's name.

mod address;
mod ends;
mod generalise;
mod goods;
mod name;
mod online;
mod phone;
mod pseudonym;
mod rule;

pub use generalise::generalise;
pub use goods::{generalise_goods, generalise_goods_column, goods_class, goods_classes};
pub use pseudonym::{Pseudonyms, is_pseudonym};
pub use rule::{MaskProfile, Rule, mask, rule_by_name, rule_for};

#[cfg(test)]
mod tests;
