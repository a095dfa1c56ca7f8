//! A key folder as a running program uses it: opened again and again, and changed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha20Rng;
use shouxin_model::Moment;
use shouxin_seal::{
    ChangeError, Keyring, KeyringError, PassphraseHeader, Root, RootFile, RootFileError, Share,
    Stretch, TokenHeader,
};
use zeroize::Zeroizing;

use super::files::{KEYRING, NEXT_ROOT, ROOT, read_private, replace, sync_folder};
use super::token::{self, TokenAccess, TokenError};
use super::{KeyDirError, io};

/// A key folder, and what its root opens with.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    path: PathBuf,
    unlock: Unlock,
}

/// What a root opens with, where its file alone is not enough.
#[derive(Clone, Debug, Default)]
pub struct Unlock {
    /// For a root that is stretched from a passphrase.
    pub passphrase: Option<Phrase>,
    /// For a root that a token wraps.
    pub token: Option<TokenAccess>,
}

/// A passphrase or PIN. `Debug` prints nothing of it; wiped on drop.
#[derive(Clone)]
pub enum Phrase {
    /// As somebody typed it: kept for as long as keys are opened again.
    Typed(Zeroizing<String>),
    /// The first line of a file of mode 0600, read each time.
    File(PathBuf),
}

/// What a root rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootKind {
    /// The root file alone.
    File,
    /// A passphrase and the salt in the root file.
    Passphrase,
    /// A key on a PKCS#11 token.
    Token {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
}

/// What a root shall rest on.
#[derive(Clone, Debug)]
pub enum NewRoot {
    /// The root file alone.
    File,
    /// This passphrase.
    Passphrase(Phrase),
    /// A fresh key of this label on the token of this label, reached by `Unlock::token`.
    Token {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
}

impl KeyFolder {
    /// The key folder at `path`. Nothing is read yet.
    pub fn new(path: impl Into<PathBuf>, unlock: Unlock) -> Self {
        Self {
            path: path.into(),
            unlock,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What its root opens with.
    pub fn unlock(&self) -> &Unlock {
        &self.unlock
    }

    /// Opens the keyring. The root is held no longer than that takes.
    ///
    /// # Errors
    /// [`KeyDirError`]; nothing in the folder is changed then.
    pub fn open(&self) -> Result<Keyring, KeyDirError> {
        Ok(self.read()?.2)
    }

    /// What the root rests on.
    ///
    /// # Errors
    /// As [`open`](Self::open); needs neither passphrase nor token.
    pub fn root_kind(&self) -> Result<RootKind, KeyDirError> {
        Ok(match self.root_file(ROOT)? {
            RootFile::Plain(_) => RootKind::File,
            RootFile::Passphrase(_) => RootKind::Passphrase,
            RootFile::Token(TokenHeader { token, key, .. }) => RootKind::Token { token, key },
        })
    }

    /// Changes the keyring and writes it durably before it is given back, so that no key is used that a
    /// power cut could take away.
    ///
    /// # Errors
    /// `Locked` while another program does the same; otherwise as [`open`](Self::open).
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&Root, &mut Keyring) -> Result<T, ChangeError>,
    ) -> Result<(T, Keyring), KeyDirError> {
        let _turn = self.turn()?;
        let (_, root, mut keyring) = self.read_to_change()?;
        let result = change(&root, &mut keyring)?;
        replace(&self.path.join(KEYRING), &keyring.to_bytes())?;
        Ok((result, keyring))
    }

    /// Destroys an epoch's key. Where a token holds the root, the root is made anew and the token's old
    /// key is destroyed as well: then no older copy of this folder opens any more, whoever keeps it.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub(crate) fn destroy_epoch(
        &self,
        epoch: u32,
        now: Moment,
        dice: &mut ChaCha20Rng,
    ) -> Result<Keyring, KeyDirError> {
        let _turn = self.turn()?;
        let (file, root, mut keyring) = self.read_to_change()?;
        keyring.destroy_epoch(&root, epoch, now, dice)?;
        let RootFile::Token(old) = file else {
            replace(&self.path.join(KEYRING), &keyring.to_bytes())?;
            return Ok(keyring);
        };
        let fresh = Root::make(dice);
        keyring.change_root(&root, &fresh, dice)?;
        let access = self.access(&old.token)?;
        let header = token::wrap(access, &access.pin()?, &old.token, &old.key, &fresh, dice)?;
        self.put(&RootFile::Token(header), &keyring)?;
        token::destroy(access, &access.pin()?, &old)?;
        Ok(keyring)
    }

    /// Puts the keyring under a fresh root that rests on something else, or on the same anew. Copies of
    /// the old root file open copies of the old keyring still.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn change_root(&self, to: &NewRoot, dice: &mut ChaCha20Rng) -> Result<(), KeyDirError> {
        let _turn = self.turn()?;
        let (_, old, mut keyring) = self.read_to_change()?;
        let (fresh, file) = match to {
            NewRoot::File => {
                let fresh = Root::make(dice);
                let copy = Root::from_bytes(*fresh.to_bytes());
                (fresh, RootFile::Plain(copy))
            }
            NewRoot::Passphrase(phrase) => {
                let header = PassphraseHeader::make(Stretch::default(), dice);
                (header.root(&phrase.read()?)?, RootFile::Passphrase(header))
            }
            NewRoot::Token { token, key } => {
                let fresh = Root::make(dice);
                let access = self.access(token)?;
                let header = token::wrap(access, &access.pin()?, token, key, &fresh, dice)?;
                (fresh, RootFile::Token(header))
            }
        };
        keyring.change_root(&old, &fresh, dice)?;
        self.put(&file, &keyring)
    }

    /// Splits the root into `of` shares, any `needed` of which rebuild it. Of a root that a token wraps,
    /// the 32 bytes it wraps are split: shares are what is left if the token breaks.
    ///
    /// # Errors
    /// As [`open`](Self::open); `Shares(Numbers)`.
    pub fn split(
        &self,
        needed: u8,
        of: u8,
        dice: &mut ChaCha20Rng,
    ) -> Result<Vec<Share>, KeyDirError> {
        let (_, root, _) = self.read()?;
        Ok(Share::split(&root, needed, of, dice)?)
    }

    /// Writes the root that these shares rebuild as a plain root file, once it has opened the keyring. A
    /// root file that is there is kept as `root.key.before`.
    ///
    /// # Errors
    /// `Shares`, `OtherShares` if they are of another keyring's root, `Exists` if the root file there opens
    /// by itself; nothing was changed then.
    pub fn recover(&self, shares: &[Share]) -> Result<Keyring, KeyDirError> {
        let _turn = self.turn()?;
        if let Ok(RootFile::Plain(root)) = self.root_file(ROOT)
            && self.keyring(&root).is_ok()
        {
            return Err(KeyDirError::Exists(self.path.clone()));
        }
        let root = Share::rebuild(shares)?;
        let keyring = match self.keyring(&root) {
            Err(KeyDirError::Keyring(KeyringError::CannotUnseal { needs, given })) => {
                return Err(KeyDirError::OtherShares {
                    needs: needs.to_string(),
                    given: given.to_string(),
                });
            }
            result => result?,
        };
        let (path, next) = (self.path.join(ROOT), self.path.join(NEXT_ROOT));
        replace(&next, RootFile::Plain(root).to_text().as_bytes())?;
        match fs::rename(&path, self.path.join("root.key.before")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io(&path, error));
            }
            _ => {}
        }
        fs::rename(&next, &path).map_err(|e| io(&path, e))?;
        sync_folder(&path)?;
        Ok(keyring)
    }

    /// Writes a root file and the keyring under it. Two files cannot be replaced in one step: the new root
    /// lies beside the old one until the keyring needs it, and `read` takes whichever opens the keyring.
    fn put(&self, file: &RootFile, keyring: &Keyring) -> Result<(), KeyDirError> {
        let (root, next) = (self.path.join(ROOT), self.path.join(NEXT_ROOT));
        replace(&next, file.to_text().as_bytes())?;
        replace(&self.path.join(KEYRING), &keyring.to_bytes())?;
        fs::rename(&next, &root).map_err(|e| io(&root, e))?;
        sync_folder(&root)
    }

    /// What is there, for a change: finishes first what was cut off between the two files of `put`, for
    /// the next root of this change is to lie where that one lies.
    fn read_to_change(&self) -> Result<(RootFile, Root, Keyring), KeyDirError> {
        match self.read_by(ROOT) {
            Ok(opened) => Ok(opened),
            Err(_) if self.path.join(NEXT_ROOT).exists() => {
                let opened = self.read()?;
                let root = self.path.join(ROOT);
                fs::rename(self.path.join(NEXT_ROOT), &root).map_err(|e| io(&root, e))?;
                sync_folder(&root)?;
                Ok(opened)
            }
            Err(error) => Err(error),
        }
    }

    fn read(&self) -> Result<(RootFile, Root, Keyring), KeyDirError> {
        let first = self.read_by(ROOT);
        if first.is_err()
            && self.path.join(NEXT_ROOT).exists()
            && let Ok(opened) = self.read_by(NEXT_ROOT)
        {
            // Cut off between the two files of `put`.
            return Ok(opened);
        }
        first
    }

    fn read_by(&self, name: &str) -> Result<(RootFile, Root, Keyring), KeyDirError> {
        let file = self.root_file(name)?;
        let root = match &file {
            RootFile::Plain(root) => Root::from_bytes(*root.to_bytes()),
            RootFile::Passphrase(header) => {
                let phrase = self.unlock.passphrase.as_ref();
                header.root(&phrase.ok_or(KeyDirError::NeedsPassphrase)?.read()?)?
            }
            RootFile::Token(header) => {
                let access = self.access(&header.token)?;
                token::unwrap(access, &access.pin()?, header)?
            }
        };
        let keyring = self.keyring(&root)?;
        Ok((file, root, keyring))
    }

    fn root_file(&self, name: &str) -> Result<RootFile, KeyDirError> {
        let bytes = Zeroizing::new(read_private(&self.path.join(name))?);
        let text = std::str::from_utf8(&bytes).map_err(|_| RootFileError::NotARootFile)?;
        Ok(RootFile::parse(text)?)
    }

    fn keyring(&self, root: &Root) -> Result<Keyring, KeyDirError> {
        Ok(Keyring::open(
            root,
            &read_private(&self.path.join(KEYRING))?,
        )?)
    }

    fn access(&self, token: &str) -> Result<&TokenAccess, TokenError> {
        let named = self.unlock.token.as_ref();
        named.ok_or_else(|| TokenError::NotNamed(token.to_owned()))
    }

    /// Held while the folder changes: the folder's own lock, which ends with the program.
    fn turn(&self) -> Result<File, KeyDirError> {
        let folder = File::open(&self.path).map_err(|e| io(&self.path, e))?;
        match folder.try_lock() {
            Ok(()) => Ok(folder),
            Err(fs::TryLockError::WouldBlock) => Err(KeyDirError::Locked(self.path.clone())),
            Err(fs::TryLockError::Error(error)) => Err(io(&self.path, error)),
        }
    }
}

impl TokenAccess {
    fn pin(&self) -> Result<Zeroizing<String>, KeyDirError> {
        self.pin.read()
    }
}

impl Phrase {
    /// What somebody typed.
    pub fn typed(phrase: &str) -> Self {
        Self::Typed(Zeroizing::new(phrase.to_owned()))
    }

    fn read(&self) -> Result<Zeroizing<String>, KeyDirError> {
        match self {
            Self::Typed(phrase) => Ok(phrase.clone()),
            Self::File(path) => {
                let bytes = Zeroizing::new(read_private(path)?);
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| io(path, std::io::Error::from(std::io::ErrorKind::InvalidData)))?;
                let line = text.lines().next().unwrap_or_default();
                Ok(Zeroizing::new(line.to_owned()))
            }
        }
    }
}

impl std::fmt::Debug for Phrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phrase(..)")
    }
}
