//! `shouxin keys`.

mod offline;
mod online;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use shouxin_model::ApprovalId;

use crate::fault::Fault;
use crate::link::Link;
use crate::offline::Offline;
use crate::place::Place;
use crate::screen::Screen;

/// Turn, destroy, split and recover keys; list the ciphers in use
///
/// list, inventory, rotate, reseal and destroy-epoch ask the server, which goes on reading and writing
/// meanwhile. A zone that lies apart has keys of its own: rotate and reseal reach them as well, one after the
/// other, unless --zone names one; destroy-epoch is for one at a time. root, split and recover work on the key folder itself, named by --data or --keys; recover
/// needs nothing but the key folder and the shares.
///
/// Example:
///   shouxin keys list
///   shouxin keys rotate
///   shouxin keys destroy-epoch 1 --reason "the yearly change of keys"
///   shouxin keys destroy-epoch 1 --approval apr_06fs8k0000000000000000000g
///   shouxin keys split --data /var/lib/shouxin --any 3 --of 5 --out /media/shares
///   shouxin keys recover --keys /etc/shouxin/keys share-1 share-4 share-5
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct KeysCommand {
    #[command(subcommand)]
    verb: KeysVerb,
    #[command(flatten)]
    link: Link,
    #[command(flatten)]
    offline: Offline,
}

#[derive(Subcommand, Debug)]
enum KeysVerb {
    /// List the epochs, with how many keys hang on each, and what the root rests on
    List,
    /// List every algorithm and key in use, with what a quantum computer would do to it
    Inventory,
    /// Begin an epoch and wrap every subject's key in it
    Rotate {
        /// The suite that wraps keys from now on; the register's own if not named
        #[arg(long, value_enum)]
        suite: Option<SuiteWord>,
        /// Only the keys of this zone, which lies apart; all keys if not named
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// Do not wait until every key is wrapped anew
        #[arg(long)]
        no_wait: bool,
    },
    /// Give every subject fresh data keys and seal every value anew
    Reseal {
        /// Only in this zone, which lies apart; everywhere if not named
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// Do not wait until everything is sealed anew
        #[arg(long)]
        no_wait: bool,
    },
    /// Show how far the work on keys and suites is
    Watch,
    /// Destroy an epoch's key, once somebody else has approved: what it wrapped opens no more, in any backup
    DestroyEpoch {
        /// The epoch
        epoch: u32,
        /// Of the keys of this zone, which lies apart; of the deployment's own if not named
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// Propose it, for this reason
        #[arg(long, value_name = "TEXT", required_unless_present = "approval")]
        reason: Option<String>,
        /// Do it, under this approval
        #[arg(long, value_name = "APPROVAL", conflicts_with = "reason")]
        approval: Option<ApprovalId>,
    },
    /// Put the keys under a fresh root: a file, a passphrase or a PKCS#11 token
    Root {
        /// What the root shall rest on
        #[arg(long, value_enum)]
        to: RootWord,
        /// The token's label
        #[arg(long, value_name = "LABEL", required_if_eq("to", "pkcs11"))]
        token: Option<String>,
        /// The label of the key that is made on the token
        #[arg(long, value_name = "LABEL", default_value = "shouxin-root")]
        label: String,
        /// A file, mode 0600, with the new passphrase; asked for if not named
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Split the root into shares, some of which rebuild it
    Split {
        /// How many shares rebuild it
        #[arg(long, value_name = "M")]
        any: u8,
        /// How many shares there are
        #[arg(long, value_name = "N")]
        of: u8,
        /// Write them into this folder, one file each, mode 0600, instead of showing them once
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Rebuild the root from shares
    Recover {
        /// The files with the shares
        #[arg(required = true)]
        shares: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SuiteWord {
    /// AES-256-GCM, SHA-256
    International,
    /// SM4-GCM, SM3
    National,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RootWord {
    /// The root file alone
    File,
    /// A passphrase
    Passphrase,
    /// A key on a PKCS#11 token
    Pkcs11,
}

impl KeysCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let Self {
            verb,
            link,
            offline: there,
        } = self;
        match verb {
            KeysVerb::List => online::list(&link, screen).await,
            KeysVerb::Inventory => online::inventory(&link, screen).await,
            KeysVerb::Rotate {
                suite,
                zone,
                no_wait,
            } => {
                let suite = suite.map(|suite| match suite {
                    SuiteWord::International => "international",
                    SuiteWord::National => "national",
                });
                online::rotate(&link, zone, suite, !no_wait, screen).await
            }
            KeysVerb::Reseal { zone, no_wait } => {
                online::reseal(&link, zone, !no_wait, screen).await
            }
            KeysVerb::Watch => online::watch(&link, screen).await,
            KeysVerb::DestroyEpoch {
                epoch,
                zone,
                reason,
                approval,
            } => {
                let what = (zone.as_deref(), epoch);
                online::destroy(&link, what, reason.as_deref(), approval, screen).await
            }
            KeysVerb::Root {
                to,
                token,
                label,
                new_passphrase_file,
            } => {
                let wanted = offline::Wanted {
                    to,
                    token,
                    label,
                    passphrase_file: new_passphrase_file,
                };
                offline::root(&place(there)?, wanted, screen)
            }
            KeysVerb::Split { any, of, out } => {
                offline::split(&place(there)?, any, of, out.as_deref(), screen).await
            }
            KeysVerb::Recover { shares } => offline::recover(&place(there)?.keys, &shares, screen),
        }
    }
}

/// The place of these words. What works on the key folder alone needs no data.
fn place(mut offline: Offline) -> Result<Place, Fault> {
    if let (false, Some(keys)) = (offline.is_named(), &offline.keys) {
        offline.data = Some(keys.with_extension("no-data"));
    }
    offline.place()
}
