//! Facts in, verdict out: who may see which field, in which form, by which rule, and why.
//!
//! Two kinds of rules meet here. *Policies* are Cedar text that lawyers review: which role may see
//! which field in which form for which purpose. They are validated against a schema generated from
//! the register and evaluated once per role set, channel, purpose and collection; the answer is a
//! cached [`FieldPlan`]. *Facts of this very read* (an open case, consent, restriction, retention,
//! quota, a fresh second factor) are checked in plain Rust by [`decide`], and can only narrow what
//! a plan allows. Whatever fails, errs or is unknown refuses.
//!
//! Nothing here reads a clock, a file or a value of a person.

mod action;
mod cases;
mod conditions;
mod count;
mod entities;
mod export;
mod facts;
mod finding;
mod gate;
mod held;
mod looser;
mod pieces;
mod plan;
mod policies;
mod read;
mod reader;
mod rules;
mod schema;
mod search;
mod verdict;
mod zones;

pub use action::{Action, Channel};
pub use cases::{CaseFact, CaseOutcome, PolicyCase, run_cases};
pub use count::{MIN_GROUP, decide_count, may_show};
pub use export::decide_export;
pub use facts::{Ask, ConsentState, Consents, Facts, Lent, Pieces, Relation, Used};
pub use finding::PolicyFinding;
pub use held::{Earlier, Favourable, Would};
pub use looser::{PolicyChange, compare};
pub use pieces::pieces_as_columns;
pub use plan::{Answer, FieldPlan, FieldRights};
pub use policies::{MAX_RULE, Policies};
pub use read::{decide, key_destroyed};
pub use rules::SECOND_FACTOR_SECONDS;
pub use schema::schema;
pub use search::{decide_list, decide_search};
pub use verdict::{Because, Decision, Hint, Layer, PieceDecision, Ruling, Verdict};
pub use zones::{may_name, role_grants};
