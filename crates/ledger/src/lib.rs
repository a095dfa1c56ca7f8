//! The audit ledger (审计账本): entries, their Merkle tree, signed checkpoints, proofs, and an offline
//! verifier. It knows bytes, not people, and depends on nothing of ours, so that an auditor builds and
//! reads it alone.
//!
//! - [`Entry`] is what happened; its bytes are the leaves of the tree (RFC 6962, SHA-256).
//! - [`Frontier`] is the right edge of the tree: all that appending needs. Full [`Tile`]s (C2SP
//!   tlog-tiles, height 8) and [`pack`]ed entries are what a store keeps; [`TileSource`] is how proofs
//!   are made from them.
//! - [`Checkpoint`] is a signed tree head (C2SP tlog-checkpoint, signed-note), by Ed25519 and by SM2
//!   with SM3 ([`VerifierKey`]).
//! - [`InclusionProof`] and [`ConsistencyProof`] need no log to be checked; [`EntryProof`] and
//!   [`GrowthProof`] are the files that carry them.
//! - [`ExportWriter`] writes the whole ledger as one text file, [`verify_export`] examines it, and
//!   [`verify_stored`] examines what a store holds. Both name the entry that is wrong ([`Report`]).
//!   The program `shouxin-verify` is little more than these.
//!
//! The Merkle tree and the signed notes are written out here, some 300 lines, rather than taken from
//! the crates `tlog_tiles` and `signed_note`: those bring a second generation of SHA-256 and Ed25519,
//! a URL parser with Unicode tables, another tile path, and no SM2. They serve as the second opinion:
//! `tests/reference.rs` compares every root, tile, proof, key and signature with theirs.

mod audit;
mod bundle;
mod checkpoint;
mod entry;
mod explain;
mod export;
mod frontier;
mod hash;
mod key;
mod kind;
mod lines;
mod note;
mod proof;
mod proof_file;
mod receipt;
mod report;
mod source;
mod stored;
mod tile;
mod tree;

pub use audit::{Auditor, LookedAt, Trust};
pub use bundle::{EntryTooLong, Torn, pack, unpack};
pub use checkpoint::{Checkpoint, SignError, SignedCheckpoint, Signer, SignerError};
pub use entry::{Entry, EntryError, Treatment};
pub use export::{ExportWriter, verify_export};
pub use frontier::Frontier;
pub use hash::{Hash, HashError};
pub use key::{Algorithm, KeyError, VerifierKey};
pub use kind::{Kind, KindError};
pub use note::{Note, NoteError, NoteSignature};
pub use proof::{ConsistencyProof, InclusionProof, ProofError};
pub use proof_file::{EntryProof, GrowthProof, LeafProof, ProofFileError};
pub use receipt::{CheckedReceipt, Receipt, ReceiptError, ReceiptProof, SignReceiptError};
pub use report::{Finding, Lang, Problem, Report, SignatureProblem};
pub use source::{Fetched, Needs, Recorder, TileSource};
pub use stored::{Batch, verify_stored};
pub use tile::{
    Row, TILE_WIDTH, Tile, TileAddress, TilePath, TilePathError, full_tiles, hashes_from_bytes,
    hashes_to_bytes, row_length,
};
pub use tree::{TreeError, complete_tiles, prove_consistency, prove_inclusion};
