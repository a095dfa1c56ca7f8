//! The keys of a deployment, wrapped by its root.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand_core::CryptoRng;
use shouxin_model::{Moment, Suite};

use crate::cipher::Cipher;
use crate::derive::{Key32, make_key, opaque};
use crate::keyring_file;
use crate::root::{Root, RootName};
use crate::secret::Digesters;
use crate::sign::make_sm2_key;

/// The keys of a deployment: one key-encryption key per epoch, and one key each for blind indexes,
/// tokens, secrets of the system and signatures. Opened by the [`Root`]; kept and backed up apart
/// from the data, for whoever has both can read everything.
///
/// An epoch begins with [`rotate`](Self::rotate). Once every subject key is wrapped anew, the old
/// epoch is destroyed, and with it every old copy of a wrapped key, wherever backups keep it. Copies
/// of the keyring itself from before must then be destroyed too: no program can do that.
pub struct Keyring {
    pub(crate) id: [u8; 8],
    pub(crate) suite: Suite,
    pub(crate) root: RootName,
    /// Never empty: `make` begins with one and the last is never destroyed.
    pub(crate) epochs: BTreeMap<u32, Epoch>,
    pub(crate) destroyed: BTreeMap<u32, Moment>,
    pub(crate) lasting: Arc<LastingKeys>,
    text: String,
}

opaque!(Keyring, LastingKeys, Epoch);

/// The keys that stay when epochs change: of indexes, tokens, secrets of the system and signatures.
/// None of them opens a subject's value, so a program may hold them for as long as it runs, while it
/// gives the epochs' keys back (`Arc<LastingKeys>` outlives its [`Keyring`]).
#[derive(Clone)]
pub struct LastingKeys {
    /// What seals new secrets of the system.
    pub(crate) suite: Suite,
    pub(crate) index: Key32,
    pub(crate) token: Key32,
    pub(crate) system: Key32,
    pub(crate) ed25519: Key32,
    pub(crate) sm2: Key32,
    pub(crate) digesters: Digesters,
}

/// One key-encryption key.
pub(crate) struct Epoch {
    pub(crate) created: Moment,
    pub(crate) suite: Suite,
    pub(crate) key: Key32,
    pub(crate) cipher: Cipher,
}

/// What may be known about an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochInfo {
    /// Its number. Counts from 1 and is never used again.
    pub id: u32,
    /// When it began.
    pub created: Moment,
    /// The suite that wraps subject keys in it.
    pub suite: Suite,
}

impl Keyring {
    /// Fresh keys, in their first epoch, wrapped by `root` with `suite`.
    pub fn make(root: &Root, suite: Suite, now: Moment, rng: &mut impl CryptoRng) -> Self {
        let mut id = [0; 8];
        rng.fill_bytes(&mut id);
        let mut keyring = Self {
            id,
            suite,
            root: root.name(),
            epochs: BTreeMap::from([(1, Epoch::new(now, suite, make_key(rng)))]),
            destroyed: BTreeMap::new(),
            lasting: Arc::new(LastingKeys {
                suite,
                index: make_key(rng),
                token: make_key(rng),
                system: make_key(rng),
                ed25519: make_key(rng),
                sm2: make_sm2_key(rng),
                digesters: Digesters::default(),
            }),
            text: String::new(),
        };
        keyring.wrap_anew(root, rng);
        keyring
    }

    /// Opens a keyring's bytes.
    ///
    /// # Errors
    /// See [`KeyringError`]; none repeats anything of the file.
    pub fn open(root: &Root, bytes: &[u8]) -> Result<Self, KeyringError> {
        let text = std::str::from_utf8(bytes).map_err(|_| KeyringError::NotAKeyring)?;
        let opened = keyring_file::open(root, text)?;
        Ok(Self {
            id: opened.id,
            suite: opened.suite,
            root: root.name(),
            epochs: opened.epochs,
            destroyed: opened.destroyed,
            lasting: Arc::new(opened.lasting),
            text: text.to_owned(),
        })
    }

    /// The keyring as a text file, every key wrapped and the whole authenticated.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.text.clone().into_bytes()
    }

    /// The epoch that wraps keys now.
    pub fn current_epoch(&self) -> u32 {
        *self.current().0
    }

    /// The keys that stay when epochs change, to be held beyond this keyring.
    pub fn lasting(&self) -> Arc<LastingKeys> {
        self.lasting.clone()
    }

    /// What this keyring can say about an epoch's key.
    pub fn standing(&self, epoch: u32) -> Standing {
        if self.epochs.contains_key(&epoch) {
            Standing::Open
        } else if let Some(at) = self.destroyed.get(&epoch) {
            Standing::Destroyed(*at)
        } else {
            Standing::Unknown
        }
    }

    /// The root that seals it now.
    pub fn root_name(&self) -> RootName {
        self.root
    }

    /// Its own name, 16 characters, which no change alters.
    pub fn name(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.id)
    }

    /// The suite that wraps its own keys.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The epochs whose keys still open something, oldest first.
    pub fn epochs(&self) -> impl Iterator<Item = EpochInfo> + '_ {
        self.epochs.iter().map(|(&id, epoch)| EpochInfo {
            id,
            created: epoch.created,
            suite: epoch.suite,
        })
    }

    /// The epochs whose keys are gone, with the moment of it.
    pub fn destroyed_epochs(&self) -> impl Iterator<Item = (u32, Moment)> + '_ {
        self.destroyed.iter().map(|(&id, &at)| (id, at))
    }

    /// Begins an epoch in which `suite` wraps subject keys, and gives its number. From here on the
    /// same suite wraps the keyring's own keys. Older epochs go on opening what they wrapped.
    ///
    /// # Errors
    /// `OtherRoot`.
    pub fn rotate(
        &mut self,
        root: &Root,
        suite: Suite,
        now: Moment,
        rng: &mut impl CryptoRng,
    ) -> Result<u32, ChangeError> {
        self.check(root)?;
        let last_destroyed = self.destroyed.keys().next_back().copied().unwrap_or(0);
        let id = self.current_epoch().max(last_destroyed) + 1;
        self.suite = suite;
        Arc::make_mut(&mut self.lasting).suite = suite;
        self.epochs
            .insert(id, Epoch::new(now, suite, make_key(rng)));
        self.wrap_anew(root, rng);
        Ok(id)
    }

    /// Destroys an epoch's key: what it wrapped opens no more, in the data or in any backup of it.
    ///
    /// # Errors
    /// `OtherRoot`; `NoEpoch` if there is none of this number; `CurrentEpoch` for the one in use.
    pub fn destroy_epoch(
        &mut self,
        root: &Root,
        id: u32,
        now: Moment,
        rng: &mut impl CryptoRng,
    ) -> Result<(), ChangeError> {
        self.check(root)?;
        if id == self.current_epoch() {
            return Err(ChangeError::CurrentEpoch(id));
        }
        self.epochs.remove(&id).ok_or(ChangeError::NoEpoch(id))?;
        self.destroyed.insert(id, now);
        self.wrap_anew(root, rng);
        Ok(())
    }

    /// Puts the keyring under another root, for example when a passphrase changes. The keys stay.
    ///
    /// # Errors
    /// `OtherRoot` if `old` is not the present root.
    pub fn change_root(
        &mut self,
        old: &Root,
        new: &Root,
        rng: &mut impl CryptoRng,
    ) -> Result<(), ChangeError> {
        self.check(old)?;
        self.root = new.name();
        self.wrap_anew(new, rng);
        Ok(())
    }

    pub(crate) fn current(&self) -> (&u32, &Epoch) {
        self.epochs
            .last_key_value()
            .expect("a keyring has at least one epoch")
    }

    fn check(&self, root: &Root) -> Result<(), ChangeError> {
        let given = root.name();
        if given == self.root {
            Ok(())
        } else {
            Err(ChangeError::OtherRoot {
                needs: self.root,
                given,
            })
        }
    }

    fn wrap_anew(&mut self, root: &Root, rng: &mut impl CryptoRng) {
        self.text = keyring_file::render(self, root, rng);
    }
}

impl AsRef<LastingKeys> for Keyring {
    fn as_ref(&self) -> &LastingKeys {
        &self.lasting
    }
}

impl AsRef<Self> for LastingKeys {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// What a keyring can say about an epoch's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is here and opens what it wrapped.
    Open,
    /// It was destroyed, at this moment.
    Destroyed(Moment),
    /// Never heard of: the keyring is older than the data.
    Unknown,
}

impl Epoch {
    pub(crate) fn new(created: Moment, suite: Suite, key: Key32) -> Self {
        let cipher = Cipher::derive(suite, &key, &[b"shouxin/epoch/wrap/v1"]);
        Self {
            created,
            suite,
            key,
            cipher,
        }
    }
}

/// Why bytes gave no keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// Another file was named.
    #[error("not a shouxin keyring")]
    NotAKeyring,
    /// Written by a newer program.
    #[error("keyring version {0} needs a newer program")]
    Version(u32),
    /// The checksum or the shape is wrong: bring back a copy.
    #[error("the keyring is damaged")]
    Damaged,
    /// The root is not the one that sealed this keyring: find the right file or passphrase.
    #[error("cannot unseal: the keyring needs root {needs}, this is root {given}")]
    CannotUnseal {
        /// The root that sealed it.
        needs: RootName,
        /// The root that was given.
        given: RootName,
    },
    /// The root is right and the checksum too, but the content fails authentication: somebody
    /// changed it on purpose.
    #[error("the keyring was changed by somebody without its root")]
    Forged,
}

/// Why a keyring was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The root is not the one that seals this keyring.
    #[error("cannot unseal: the keyring needs root {needs}, this is root {given}")]
    OtherRoot {
        /// The root that seals it.
        needs: RootName,
        /// The root that was given.
        given: RootName,
    },
    /// There is no epoch of this number, or it was destroyed before.
    #[error("there is no epoch {0}")]
    NoEpoch(u32),
    /// Keys are wrapped in this epoch now: rotate and wrap them anew first.
    #[error("epoch {0} is in use: rotate first")]
    CurrentEpoch(u32),
}

#[cfg(test)]
mod tests;
