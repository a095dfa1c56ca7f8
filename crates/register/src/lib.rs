//! The register: what a deployment declares, once and as reviewable text.
//!
//! [`parse`] reads the TOML and checks it against the rules of the law and of this product;
//! [`plan`] says what a change would do to stored data and whether it loosens anything; [`history`]
//! compares two texts; [`export`] derives the collection list and the processing record; [`profile`]
//! gives the registers that ship with the product.
//!
//! # The text
//! TOML. Keys marked `*` are required; every title, scene and house level is `{ zh = "…", en = "…" }`.
//!
//! | table | keys |
//! |---|---|
//! | the whole | `profile`\*, `title`\*, `regimes`\*, `suite` (`international`) |
//! | `[[zone]]` | `name`\*, `title`\*, `apart` (false): its collections lie in a database of their own, under keys of their own |
//! | `[[role]]` | `name`\*, `title`\*, `silo`: each of `system`, `security`, `audit` on exactly one role; `zones`: what its work may join |
//! | `[[collection]]` | `name`\*, `title`\*, `zone`\*, `single` (false), `key` |
//! | `[collection.case]` | `status`\*, `open`\*, `closed`\*, `assignee`, `site`, `region` |
//! | `[[collection.field]]` | `name`\*, `title`\*, `kind`\*, `level`\*, `sensitivity`\*, `owner`\*, `scene`\*, `retention`\*; `values` of an enum, and `value_titles`, what people call each; `grade` (`general`), `house_level`, `sealed` (by kind), `suite`, `search`, `facet`, `second_factor`, `mask`, `check` (`refuse`) |
//! | `retention` | one of `days`, `months`, `years`\*; `from`\*, `rule`\*: what stands before its first colon, if it is the id or citation of a rule of law, must be kept |
//! | `[[purpose]]` | `name`\*, `title`\*, `basis`\* per regime, `consent`, `fields`\*, `roles`\*, `condition`\*, `quota` |
//! | `quota` | `subjects_per_day`, `clear_per_day`, `searches_per_day` |
//!
//! A purpose lists `collection.field`, or `collection.*` for all fields of one. A wildcard takes in what
//! other purposes need; it does not by itself give a field its purpose. Months and years become the most
//! days they can have, so that a legal minimum is never cut short.

mod check;
mod draft;
pub mod export;
mod fault;
mod finding;
pub mod history;
mod kinds;
mod parse;
mod period;
pub mod plan;
mod profiles;
mod reader;
mod words;

pub use finding::Finding;
pub use parse::parse;
pub use period::months_of_days;

/// What reads a TOML text of the house and says in both languages, with line and column, what is wrong in it.
pub mod reading {
    pub use crate::fault::{Fault, Path, Step};
    pub use crate::parse::{locate, not_toml};
    pub use crate::reader::{Node, Reader};
    pub use crate::words::nearest;
}
pub use plan::{Plan, plan};
pub use profiles::{PROFILES, Profile, profile};
