//! Sealing: suites, keys, field envelopes, blind indexes, tokens, signatures.
//!
//! Everything here is bytes in and bytes out: files, databases, clocks and random sources belong to
//! the caller. The primitives are those of aws-lc-rs and RustCrypto; this crate only puts them
//! together.
//!
//! ```text
//! Root                 32 bytes of a file, a passphrase through Argon2id, or wrapped by a token
//!  └ Keyring           one file, apart from the data
//!     ├ epoch keys     wrap subject keys; rotated; destroyed to make old backups unreadable
//!     │  └ SubjectKey  one per subject and zone, stored wrapped; destroyed by erasure
//!     │     └ seal / open   one envelope per field, bound to its place
//!     ├ index key      BlindIndex, one key per field, mode and suite
//!     ├ link key        Link, the other ids of people and records in a zone apart
//!     ├ token key      Tokeniser, one key per purpose and field; pseudonyms
//!     ├ system key     TOTP seeds and other small secrets; look-up digests
//!     └ signing keys   LogSigner: Ed25519, SM2
//! ```
//!
//! # What it does not hide
//! An envelope shows the length of its value, its suite and its key's version. Wrapped keys and
//! index rows show how many there are. What each search index leaks is told in [`index`].
//!
//! SM4 comes from a table-driven implementation: on a machine shared with an attacker its timing can
//! leak through the cache. Give national-suite deployments a machine of their own.

pub mod backup;
pub mod envelope;
pub mod index;
pub mod inventory;
pub mod keyring;
pub mod link;
pub mod record;
pub mod root;
pub mod root_file;
pub mod secret;
pub mod shares;
pub mod sign;
pub mod subject;
pub mod terms;
pub mod token;

mod checked;
mod cipher;
mod derive;
mod frame;
mod initials;
mod keyring_file;
mod mac;
mod normal;
mod places;
#[cfg(test)]
mod vectors;

pub use backup::BackupKey;
pub use envelope::{Binding, OpenError, open, seal, suite_of};
pub use index::BlindIndex;
pub use inventory::{CipherUse, Exposure, cipher_inventory};
pub use keyring::{ChangeError, EpochInfo, Keyring, KeyringError, LastingKeys, Standing};
pub use link::Link;
pub use normal::normal_form;
pub use record::{RecordError, SealedFields, SealedRecord, part_name};
pub use root::{PassphraseError, Root, RootName, Stretch};
pub use root_file::{PassphraseHeader, RootFile, RootFileError, TokenHeader};
pub use secret::{Digester, SecretError};
pub use shares::{Share, ShareError};
pub use sign::{LogSigner, VerifyError, verify};
pub use subject::{SubjectKey, UnwrapError, WrappedKey};
pub use terms::{matches, query_term, search_terms};
pub use token::{Tokeniser, pseudonym_key};
