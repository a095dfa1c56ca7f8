//! Privacy notices: read, checked, bound to the register, compared.
//!
//! [`parse`] reads the TOML; [`lint`] checks it against the law and the register; [`Notice::bind`] resolves
//! what it names by the register in force, which gives the [`Bound`] that is shown, hashed and kept;
//! [`difference`] tells what a new version changes, and whether it widens what people agreed to.
//!
//! # The text
//! TOML. Keys marked `*` are required for reading, those marked `+` by the linter; every text is
//! `{ zh = "…", en = "…" }`.
//!
//! | table | keys |
//! |---|---|
//! | the whole | `name`\*, `title`\*, `introduction`, `way`: how data are handled, for every purpose that does not say so itself; `rights`+, `withdrawal`+ where consent is asked, `complaint`+, `minors`+ where consent is asked, `changes`; `snapshot_hours` (24): how long a page that shows it may stay open |
//! | `[controller]` | `name`+, `contact`+, `officer` |
//! | `[[event]]` | `name`\*, `title`\*: what the register's keeping periods count from, in words |
//! | `[[purpose]]` | `name`\*: of the register; `title`: the register's; `text`+, `way`+, `fields`: those of the register, `recipients`, `necessity`+ and `impact`+ where a field is sensitive, `refusal`+ where consent is asked |
//! | `[[recipient]]` | `name`\*, `kind`\* (`processor` or `controller`), `title`+, `contact`+, `text`+, `country`, `exercise`+ where a country is named |
//! | `[[switch]]` | `name`\*, `title`\*, `purposes`\*, `on` (false), `in_all` (false): whether one tap on "agree to all" turns it on |
//! | `[[section]]` | `title`\*, `text`\* |

mod bound;
mod difference;
mod lint;
mod notice;
mod readability;
mod shown;

pub use bound::{
    Bound, BoundController, BoundField, BoundPurpose, BoundRecipient, BoundSection, BoundSwitch,
};
pub use difference::{Change, ChangeKind, Difference, difference};
pub use lint::lint;
pub use notice::{
    Controller, Event, Notice, PurposeText, Recipient, RecipientKind, Section, Switch, parse,
};
pub use readability::{PASS, ParagraphScore, Score, readability};
pub use shown::{Paragraph, ParagraphKind};
