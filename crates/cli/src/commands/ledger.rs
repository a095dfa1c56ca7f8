//! `shouxin ledger`.

mod offline;
mod online;
mod shown;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::fault::Fault;
use crate::link::Link;
use crate::offline::Offline;
use crate::screen::Screen;

/// Look at, prove, verify and export the ledger
///
/// Every read, refusal, search, import, sign-in and change is one entry of a Merkle log, without values.
/// These commands ask the server; with `--data` they work on a data directory that no server has open.
/// What the server says of itself proves little: export it, and let `shouxin-verify` examine the file with
/// the ledger's public key, on another machine.
///
/// Example:
///   shouxin ledger verify
///   shouxin ledger export --out ledger.ndjson --keys-out ledger.keys
///   shouxin-verify export ledger.ndjson --key ledger.keys
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct LedgerCommand {
    #[command(subcommand)]
    verb: LedgerVerb,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum LedgerVerb {
    /// Print the newest signed head
    Head,
    /// Print the public keys that check signed heads
    Keys,
    /// Show one entry, or those that match
    Show(Show),
    /// Prove one entry, or that the ledger only grew: a file for `shouxin-verify proof` or `growth`
    Prove(Prove),
    /// Examine the whole ledger: every entry, hash, signed head
    Verify,
    /// Write the whole ledger as a file for `shouxin-verify export`
    Export {
        /// The file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Write the public keys to this file as well
        #[arg(long, value_name = "FILE")]
        keys_out: Option<PathBuf>,
    },
    /// Accept, for good and on record, a data directory older than what was signed
    ///
    /// The last signed head is kept outside the data directory, so that an older copy of it is noticed
    /// and refused. If that is what you have, for example from a backup, this takes it, says so in the
    /// ledger, and keeps a new head. What came after the backup is lost. Needs --data or --postgres.
    AcceptOlder,
}

/// Which entries.
#[derive(Args, Debug)]
struct Show {
    /// The entry's number; otherwise the newest that match
    index: Option<u64>,
    /// Only this kind: read, reveal, refusal, search, import, …
    #[arg(long)]
    kind: Option<String>,
    /// Only this actor: `stf_…`, `key_…`, operator
    #[arg(long)]
    actor: Option<String>,
    /// Only this person, `sub_…`; not with --data
    #[arg(long)]
    subject: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
}

/// What is to be proved.
#[derive(Args, Debug)]
struct Prove {
    /// The entry's number
    #[arg(required_unless_present = "from", conflicts_with_all = ["from", "to"])]
    index: Option<u64>,
    /// Prove that the ledger only grew: from this size
    #[arg(long, value_name = "SIZE")]
    from: Option<u64>,
    /// To this size; the newest signed one if not named
    #[arg(long, value_name = "SIZE", requires = "from")]
    to: Option<u64>,
    /// Write the proof to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl LedgerCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        if !self.offline.is_named() {
            return online::run(self.verb, &self.link, screen).await;
        }
        let place = self.offline.place()?;
        offline::run(self.verb, &place, screen).await
    }
}
