//! Working on data that no server has open.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, Said};
use crate::fault::Fault;
use crate::place::{Place, Words};

/// Where the data lie, if a command is to work on them itself.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Offline {
    /// Work on this data directory instead of asking a server
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Without a server"
    )]
    pub(crate) data: Option<PathBuf>,
    /// The key folder that belongs to it; `<data>-keys` beside it if not named
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Without a server"
    )]
    pub(crate) keys: Option<PathBuf>,
    /// Work on this PostgreSQL database instead of asking a server; needs --keys
    #[arg(
        long,
        global = true,
        value_name = "URL",
        conflicts_with = "data",
        help_heading = "Without a server"
    )]
    pub(crate) postgres: Option<String>,
    /// Where the last signed head is kept, if not in the key folder
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Without a server"
    )]
    pub(crate) witness: Option<PathBuf>,
    /// A file, mode 0600, with the passphrase that the keys rest on
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Without a server"
    )]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl Offline {
    /// Whether data are named.
    pub(crate) fn is_named(&self) -> bool {
        self.data.is_some() || self.postgres.is_some()
    }

    /// The place of these words.
    pub(crate) fn place(self) -> Result<Place, Fault> {
        Place::new(Words {
            data: self.data,
            postgres: self.postgres,
            keys: self.keys,
            witness: self.witness,
            passphrase_file: self.passphrase_file,
            zones: Config::read(None, Said::default())?.zones,
            ..Words::default()
        })
    }
}
