//! Telling the ledger that the root changed. That happens in the key folder, without the store: whoever
//! opens the keys next tells it.

use shouxin_ledger::Kind;
use shouxin_model::Caller;
use shouxin_store::{CommitError, Tx, params};

use super::{setting, tell_zone};
use crate::{Vault, VaultError};

impl Vault {
    /// Tells store and ledger of the root that seals the deployment's keyring, or that of a zone apart, if it
    /// is another than they know.
    ///
    /// # Errors
    /// The keys or the store failed.
    pub(super) async fn tell_root(&self, zone: Option<&str>) -> Result<(), VaultError> {
        let (held, name) = (self.held_by(zone)?, setting("root", zone));
        let root = held.keyring(self.now())?.root_name();
        if held.told() == Some(root) {
            return Ok(());
        }
        let sql = "SELECT value FROM setting WHERE name = $1";
        let rows = self.store().query(sql, params![&name]).await?;
        let stored = rows.first().map(|row| row.text(0)).transpose()?;
        let mut tx = Tx::new();
        match stored {
            Some(stored) if stored == root.to_string() => {
                held.tell(root);
                return Ok(());
            }
            Some(stored) => {
                tx.run_exactly(
                    1,
                    "UPDATE setting SET value = $1 WHERE name = $2 AND value = $3",
                    params![root.to_string(), name, stored],
                );
                let mut entry =
                    self.begin(self.now(), Kind::Key, &Caller::operator(), &self.active());
                entry.extra.extend(
                    [
                        ("did", "root-changed".to_owned()),
                        ("root", root.to_string()),
                    ]
                    .map(|(word, text)| (word.to_owned(), text)),
                );
                tell_zone(&mut entry, zone);
                tx.append(self.bytes(&entry)?);
            }
            None => tx.run(
                "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                params![name, root.to_string()],
            ),
        }
        match self.store().commit(tx).await {
            // Another node told it first.
            Ok(_) | Err(CommitError::Conflict { .. }) => {
                held.tell(root);
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
