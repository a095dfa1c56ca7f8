//! Signed heads of the ledger, and the witness that an older data directory cannot fool.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use shouxin_ledger::{Checkpoint, Hash, Kind, SignedCheckpoint, SignerError, VerifierKey};
use shouxin_model::{Caller, Suite};
use shouxin_seal::{LastingKeys, LogSigner};
use shouxin_store::{LedgerHead, StoreError, Tx};

use crate::{Vault, VaultError};

/// The name of the ledger that this keyring signs.
pub(crate) fn origin(keys: &impl AsRef<LastingKeys>) -> String {
    let key = LogSigner::of(keys, Suite::International).public_key();
    let mark: String = key
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("shouxin/{mark}")
}

impl Vault {
    /// What tells this deployment from others, `shouxin/` and eight digits: the origin of its checkpoints.
    pub fn deployment(&self) -> String {
        origin(&self.lasting())
    }
}

/// The last signed head, kept outside the data directory: a data directory put back to an earlier
/// state does not reach it, and is refused.
#[derive(Clone, Debug)]
pub struct Witness {
    path: PathBuf,
}

/// Why a data directory does not stand up to its witness.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The ledger is shorter than one that was already signed.
    #[error(
        "the ledger has {size} entries, but {witnessed} were already signed: this is an older data \
         directory. To go on with it, losing what came after, run: shouxin ledger accept-older --data DIR"
    )]
    Older {
        /// Entries there are.
        size: u64,
        /// Entries that were signed.
        witnessed: u64,
    },
    /// The ledger is long enough, but begins otherwise than the one that was signed.
    #[error(
        "the ledger's first {witnessed} entries are not those that were signed: it was changed or exchanged"
    )]
    Forked {
        /// Entries that were signed.
        witnessed: u64,
    },
    /// The ledger reaches what was signed: there is nothing to accept.
    #[error("the ledger reaches everything that was signed: there is nothing to accept")]
    NotOlder,
    /// The witness is no checkpoint of this ledger.
    #[error("{0} holds no checkpoint signed by this ledger's keys")]
    NotOurs(PathBuf),
    /// The file system failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Witness {
    /// The witness kept in this file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The note, if one was ever kept.
    fn read(&self) -> Result<Option<String>, WitnessError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io(error)),
        }
    }

    /// Replaces the note, whole or not at all.
    fn write(&self, note: &str) -> Result<(), WitnessError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|e| self.io(e))?;
        let fresh = self.path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(|e| self.io(e))?;
        file.write_all(note.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|e| self.io(e))?;
        fs::rename(&fresh, &self.path).map_err(|e| self.io(e))?;
        File::open(folder)
            .and_then(|f| f.sync_all())
            .map_err(|e| self.io(e))
    }

    fn io(&self, source: std::io::Error) -> WitnessError {
        WitnessError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

impl Vault {
    /// The name under which this deployment's ledger signs: `shouxin/` and the keyring's own mark, so
    /// that two deployments never share one.
    pub fn ledger_origin(&self) -> String {
        origin(&*self.lasting())
    }

    /// The public keys that check this ledger's checkpoints: Ed25519, and SM2 where the national
    /// suite is the register's own.
    pub fn ledger_keys(&self) -> Vec<VerifierKey> {
        self.signers().into_iter().map(|(key, _)| key).collect()
    }

    /// Signs the ledger's head if it moved since the last time, and keeps the note in the store and
    /// with the witness. Gives the note if it is new. A head that does not continue the last one signed,
    /// by whichever node, is never signed.
    ///
    /// # Errors
    /// `Older` or `Forked` if the ledger was cut or changed since the last signature, by the store's word
    /// or by the witness's; otherwise the store or the witness failed.
    pub async fn sign_checkpoint(
        &self,
        witness: Option<&Witness>,
    ) -> Result<Option<String>, WitnessError> {
        if let Some(witness) = witness {
            self.face(witness).await?;
        }
        self.sign_head(witness).await
    }

    /// As [`Vault::sign_checkpoint`], but whatever the witness has seen is replaced.
    async fn sign_head(&self, witness: Option<&Witness>) -> Result<Option<String>, WitnessError> {
        // Before the head, for another node may sign a newer one in between.
        let last = self
            .store()
            .latest_checkpoint()
            .await
            .map_err(VaultError::from)?;
        let head = match &last {
            Some(last) => {
                self.continues(
                    &self
                        .own(&last.note)
                        .ok_or(VaultError::Corrupt("checkpoint"))?,
                )
                .await?
            }
            None => self.sound_head().await?,
        };
        if head.size == 0 {
            return Ok(None);
        }
        if let Some(last) = last.filter(|last| last.size == head.size) {
            if let Some(witness) = witness
                && witness.read()?.as_ref() != Some(&last.note)
            {
                // Another node signed it.
                witness.write(&last.note)?;
            }
            return Ok(None);
        }
        let note = self.signed(Checkpoint::new(
            self.ledger_origin(),
            head.size,
            head.root,
            self.now().micros(),
        ))?;
        self.store()
            .put_checkpoint(head.size, &note)
            .await
            .map_err(VaultError::from)?;
        if let Some(witness) = witness {
            witness.write(&note)?;
        }
        Ok(Some(note))
    }

    /// The ledger's head, once what is stored has led to its root and it has continued the newest
    /// signed head: nothing else is ever signed, and a server without it is not ready.
    ///
    /// # Errors
    /// `Ledger` if the head was tampered with.
    pub async fn sound_head(&self) -> Result<LedgerHead, VaultError> {
        let signed = self.signed_head().await?.map(|signed| signed.checkpoint);
        let head = self.store().ledger_head().await?;
        let forked = || VaultError::Ledger(StoreError::LedgerForked { size: head.size });
        let Some(last) = head.size.checked_sub(1) else {
            return if signed.is_some_and(|signed| signed.size > 0) {
                Err(forked())
            } else {
                Ok(head)
            };
        };
        let entry = self.store().ledger_entry(last).await?.ok_or_else(forked)?;
        let leads = self.store().inclusion_proof(last, head.size).await?;
        leads
            .verify(&Hash::of_leaf(&entry), head.size, &head.root)
            .map_err(|_| forked())?;
        if let Some(signed) = signed.filter(|signed| signed.size > 0) {
            let grew = self
                .store()
                .consistency_proof(signed.size, head.size)
                .await
                .map_err(|_| forked())?;
            grew.verify(signed.size, &signed.root, head.size, &head.root)
                .map_err(|_| forked())?;
        }
        Ok(head)
    }

    /// The note that says so, signed by every key. Apart from the rest, for signers do not move between threads.
    fn signed(&self, checkpoint: Checkpoint) -> Result<String, VaultError> {
        self.with_signers(|signers| checkpoint.sign(signers))
            .map_err(|_| VaultError::Corrupt("signing key"))
    }

    /// Hands the ledger's signers to `sign`.
    pub(crate) fn with_signers<T>(
        &self,
        sign: impl FnOnce(&[&dyn shouxin_ledger::Signer]) -> T,
    ) -> T {
        let signers: Vec<_> = self
            .signers()
            .into_iter()
            .map(|(key, signer)| {
                (key, move |text: &[u8]| {
                    Ok::<_, SignerError>(signer.sign(text))
                })
            })
            .collect();
        let signers: Vec<&dyn shouxin_ledger::Signer> = signers
            .iter()
            .map(|signer| signer as &dyn shouxin_ledger::Signer)
            .collect();
        sign(&signers)
    }

    /// Compares the ledger with its witness, before anything is served.
    ///
    /// # Errors
    /// [`WitnessError`]; the deployment must not start then.
    pub async fn face(&self, witness: &Witness) -> Result<(), WitnessError> {
        match self.witnessed(witness)? {
            Some(seen) => self.continues(&seen).await.map(drop),
            None => Ok(()),
        }
    }

    /// The ledger's head, once it is shown to continue a head that was signed before.
    async fn continues(&self, seen: &Checkpoint) -> Result<LedgerHead, WitnessError> {
        let head = self.store().ledger_head().await.map_err(VaultError::from)?;
        if head.size < seen.size {
            return Err(WitnessError::Older {
                size: head.size,
                witnessed: seen.size,
            });
        }
        if seen.size == 0 {
            return Ok(head);
        }
        let forked = WitnessError::Forked {
            witnessed: seen.size,
        };
        let proof = match self.store().consistency_proof(seen.size, head.size).await {
            Ok(proof) => proof,
            Err(StoreError::LedgerForked { .. }) => return Err(forked),
            Err(error) => return Err(VaultError::from(error).into()),
        };
        match proof.verify(seen.size, &seen.root, head.size, &head.root) {
            Ok(()) => Ok(head),
            Err(_) => Err(forked),
        }
    }

    /// Accepts a data directory that is older than its witness: says so in the ledger for good, and
    /// starts the witness anew.
    ///
    /// # Errors
    /// `NotOlder` if there is nothing to accept; `Forked` if the ledger is not older but another;
    /// otherwise the store, the ledger or the witness failed.
    pub async fn accept_older(&self, witness: &Witness) -> Result<u64, WitnessError> {
        match self.face(witness).await {
            Err(WitnessError::Older { .. }) => {}
            Ok(()) => return Err(WitnessError::NotOlder),
            Err(error) => return Err(error),
        }
        let seen = self.witnessed(witness)?.ok_or(WitnessError::NotOlder)?;
        let (size, root) = (seen.size.to_string(), seen.root.base64());
        let extra = [
            ("did", "accepted-older"),
            ("witnessed", size.as_str()),
            ("root", root.as_str()),
        ];
        let entry = self
            .record(&Caller::operator(), Kind::Ledger, &extra, Tx::new())
            .await
            .map_err(VaultError::from)?;
        self.sign_head(Some(witness)).await?;
        Ok(entry)
    }

    fn witnessed(&self, witness: &Witness) -> Result<Option<Checkpoint>, WitnessError> {
        let Some(text) = witness.read()? else {
            return Ok(None);
        };
        self.own(&text)
            .map(Some)
            .ok_or_else(|| WitnessError::NotOurs(witness.path.clone()))
    }

    /// The checkpoint that a note signed by this ledger's keys says.
    fn own(&self, note: &str) -> Option<Checkpoint> {
        let signed = SignedCheckpoint::parse(note).ok()?;
        signed.verify(&self.ledger_keys()).ok()?;
        Some(signed.checkpoint)
    }

    fn signers(&self) -> Vec<(VerifierKey, LogSigner)> {
        let origin = self.ledger_origin();
        let mut signers = Vec::new();
        let ed25519 = LogSigner::of(&*self.lasting(), Suite::International);
        if let Ok(bytes) = <[u8; 32]>::try_from(ed25519.public_key())
            && let Ok(key) = VerifierKey::ed25519(&origin, &bytes)
        {
            signers.push((key, ed25519));
        }
        if self.active().register.suite == Suite::National {
            let sm2 = LogSigner::of(&*self.lasting(), Suite::National);
            if let Ok(bytes) = <[u8; 65]>::try_from(sm2.public_key())
                && let Ok(key) = VerifierKey::sm2(&origin, &bytes)
            {
                signers.push((key, sm2));
            }
        }
        signers
    }
}
