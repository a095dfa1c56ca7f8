//! The key folder: the root file and the keyring, apart from the data.

mod files;
mod folder;
mod token;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use shouxin_model::Suite;
use shouxin_seal::{
    ChangeError, KeyringError, PassphraseError, PassphraseHeader, Root, RootFile, RootFileError,
    ShareError, Stretch,
};
pub use shouxin_seal::{Keyring, Share};

use crate::World;
use files::{KEYRING, ROOT, write_new};
pub use folder::{KeyFolder, NewRoot, Phrase, RootKind, Unlock};
pub use token::{TokenAccess, TokenError};

/// Creates a key folder with a fresh root and keyring. With a passphrase, the root file holds only
/// what it is stretched with; without, the root itself (mode 0600).
///
/// # Errors
/// `Exists` if there is a root file already: keys are never overwritten.
pub fn create(
    folder: &Path,
    suite: Suite,
    passphrase: Option<&str>,
    world: &impl World,
) -> Result<Keyring, KeyDirError> {
    if folder.join(ROOT).exists() || folder.join(KEYRING).exists() {
        return Err(KeyDirError::Exists(folder.to_path_buf()));
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|e| io(folder, e))?;
    let mut dice = world.dice();
    let (root, file) = match passphrase {
        Some(phrase) => {
            let header = PassphraseHeader::make(Stretch::default(), &mut dice);
            (header.root(phrase)?, RootFile::Passphrase(header))
        }
        None => {
            let root = Root::make(&mut dice);
            // The file holds a second copy of the root for a moment; both are wiped on drop.
            let text = RootFile::Plain(root).to_text();
            let RootFile::Plain(root) = RootFile::parse(&text)? else {
                return Err(KeyDirError::Root(RootFileError::Damaged));
            };
            write_new(&folder.join(ROOT), text.as_bytes())?;
            return finish(folder, Keyring::make(&root, suite, world.now(), &mut dice));
        }
    };
    write_new(&folder.join(ROOT), file.to_text().as_bytes())?;
    finish(folder, Keyring::make(&root, suite, world.now(), &mut dice))
}

/// Opens the keyring of a key folder.
///
/// # Errors
/// `Loose` if others than the owner may read the files; `NeedsPassphrase` if the root rests on one
/// and none was given; `Keyring(CannotUnseal)` for a wrong root or passphrase.
pub fn open(folder: &Path, passphrase: Option<&str>) -> Result<Keyring, KeyDirError> {
    let unlock = Unlock {
        passphrase: passphrase.map(Phrase::typed),
        token: None,
    };
    KeyFolder::new(folder, unlock).open()
}

/// Why a key folder gave no keys. Says what to do; repeats nothing of the files.
#[derive(Debug, thiserror::Error)]
pub enum KeyDirError {
    /// There are keys already.
    #[error("{0} already holds keys; they are never overwritten")]
    Exists(PathBuf),
    /// Others than the owner may read the file.
    #[error("{path} has mode {mode:o}: others may read it. Run: chmod 600 {path}")]
    Loose {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The root rests on a passphrase and none was given.
    #[error("the root rests on a passphrase: set SHOUXIN_PASSPHRASE_FILE or answer the prompt")]
    NeedsPassphrase,
    /// The passphrase cannot be used.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The root file cannot be used.
    #[error(transparent)]
    Root(#[from] RootFileError),
    /// The keyring cannot be used.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The token that holds the root cannot be used.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The shares give no root.
    #[error(transparent)]
    Shares(#[from] ShareError),
    /// The keyring does not change so.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Another program changes these keys at this moment.
    #[error("another program changes the keys in {0} at this moment; try again")]
    Locked(PathBuf),
    /// The shares are right, but of the root of another keyring.
    #[error("the shares rebuild root {given}, the keyring needs root {needs}")]
    OtherShares {
        /// The root of the keyring.
        needs: String,
        /// The root of the shares.
        given: String,
    },
    /// The file system failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn finish(folder: &Path, keyring: Keyring) -> Result<Keyring, KeyDirError> {
    write_new(&folder.join(KEYRING), &keyring.to_bytes())?;
    // The names must survive a power cut as well as the contents.
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(|e| io(folder, e))?;
    Ok(keyring)
}

fn io(path: &Path, source: io::Error) -> KeyDirError {
    KeyDirError::Io {
        path: path.to_path_buf(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use shouxin_model::Moment;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::world::Frozen;

    fn world() -> Frozen {
        Frozen::new(Moment::from_seconds(1_763_700_000), 1)
    }

    #[test]
    fn a_change_of_the_root_that_was_cut_off_between_its_files_opens_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let made = create(&keys, Suite::International, None, &world()).unwrap();
        let before = fs::read(keys.join(ROOT)).unwrap();
        let there = KeyFolder::new(&keys, Unlock::default());
        let mut dice = world().dice();
        there.change_root(&NewRoot::File, &mut dice).unwrap();
        // The keyring is new, the new root still has its other name.
        fs::rename(keys.join(ROOT), keys.join("root.key.next")).unwrap();
        fs::write(keys.join(ROOT), &before).unwrap();
        fs::set_permissions(keys.join(ROOT), fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(there.open().unwrap().name(), made.name());
        there.change_root(&NewRoot::File, &mut dice).unwrap();
        assert_eq!(there.open().unwrap().name(), made.name());
        assert!(!keys.join("root.key.next").exists());
    }

    #[test]
    fn a_root_moves_to_a_passphrase_and_back_and_the_old_file_opens_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let made = create(&keys, Suite::International, None, &world()).unwrap();
        let phrase = Phrase::typed("correct horse 电池 staple");
        let unlock = Unlock {
            passphrase: Some(phrase.clone()),
            token: None,
        };
        let there = KeyFolder::new(&keys, unlock);
        let mut dice = world().dice();
        there
            .change_root(&NewRoot::Passphrase(phrase), &mut dice)
            .unwrap();
        assert_eq!(there.root_kind().unwrap(), RootKind::Passphrase);
        assert!(matches!(
            open(&keys, None),
            Err(KeyDirError::NeedsPassphrase)
        ));
        assert_eq!(there.open().unwrap().name(), made.name());
        there.change_root(&NewRoot::File, &mut dice).unwrap();
        assert_eq!(open(&keys, None).unwrap().name(), made.name());
    }

    #[test]
    fn keys_open_again_and_are_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let made = create(&keys, Suite::International, None, &world()).unwrap();
        assert_eq!(open(&keys, None).unwrap().to_bytes(), made.to_bytes());
        let again = create(&keys, Suite::International, None, &world());
        assert!(matches!(again, Err(KeyDirError::Exists(_))));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), Suite::National, None, &world()).unwrap();
        for name in [ROOT, KEYRING] {
            let path = folder.path().join(name);
            for mode in [0o640, 0o604, 0o644] {
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                let refused = open(folder.path(), None);
                assert!(
                    matches!(refused, Err(KeyDirError::Loose { mode: seen, .. }) if seen == mode)
                );
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        assert!(open(folder.path(), None).is_ok());
    }

    #[test]
    fn a_wrong_root_cannot_unseal() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let world = world();
        create(one.path(), Suite::International, None, &world).unwrap();
        create(two.path(), Suite::International, None, &world).unwrap();
        fs::copy(two.path().join(ROOT), one.path().join(ROOT)).unwrap();
        let error = open(one.path(), None).unwrap_err();
        assert!(error.to_string().starts_with("cannot unseal"), "{error}");
    }

    #[test]
    fn a_passphrase_opens_what_it_made_and_no_other_does() {
        let folder = tempfile::tempdir().unwrap();
        create(
            folder.path(),
            Suite::International,
            Some("correct horse battery"),
            &world(),
        )
        .unwrap();
        assert!(open(folder.path(), Some("correct horse battery")).is_ok());
        assert!(matches!(
            open(folder.path(), None),
            Err(KeyDirError::NeedsPassphrase)
        ));
        let wrong = open(folder.path(), Some("incorrect horse battery"));
        assert!(matches!(
            wrong,
            Err(KeyDirError::Keyring(KeyringError::CannotUnseal { .. }))
        ));
    }
}
