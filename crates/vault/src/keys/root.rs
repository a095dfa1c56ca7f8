//! Telling the ledger that the root changed. That happens in the key folder, without the store: whoever
//! opens the keys next tells it.

use shouxin_ledger::Kind;
use shouxin_model::Caller;
use shouxin_store::{CommitError, Tx, params};

use crate::{Vault, VaultError};

impl Vault {
    /// Tells store and ledger of the root that seals the keyring, if it is another than they know.
    ///
    /// # Errors
    /// The keys or the store failed.
    pub(super) async fn tell_root(&self) -> Result<(), VaultError> {
        let root = self.keyring()?.root_name();
        if self.held_keys().told() == Some(root) {
            return Ok(());
        }
        let sql = "SELECT value FROM setting WHERE name = 'root'";
        let rows = self.store().query(sql, params![]).await?;
        let stored = rows.first().map(|row| row.text(0)).transpose()?;
        let mut tx = Tx::new();
        match stored {
            Some(stored) if stored == root.to_string() => {
                self.held_keys().tell(root);
                return Ok(());
            }
            Some(stored) => {
                tx.run_exactly(
                    1,
                    "UPDATE setting SET value = $1 WHERE name = 'root' AND value = $2",
                    params![root.to_string(), stored],
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
                tx.append(self.bytes(&entry)?);
            }
            None => tx.run(
                "INSERT INTO setting (name, value) VALUES ('root', $1) ON CONFLICT DO NOTHING",
                params![root.to_string()],
            ),
        }
        match self.store().commit(tx).await {
            // Another node told it first.
            Ok(_) | Err(CommitError::Conflict { .. }) => {
                self.held_keys().tell(root);
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
