//! The key folder: the root file and the keyring, apart from the data.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use shouxin_model::Suite;
pub use shouxin_seal::Keyring;
use shouxin_seal::{
    KeyringError, PassphraseError, PassphraseHeader, Root, RootFile, RootFileError, Stretch,
};
use zeroize::Zeroizing;

use crate::World;

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
    let root = Zeroizing::new(read_private(&folder.join(ROOT))?);
    let text = std::str::from_utf8(&root).map_err(|_| RootFileError::NotARootFile)?;
    let root = match RootFile::parse(text)? {
        RootFile::Plain(root) => root,
        RootFile::Passphrase(header) => {
            header.root(passphrase.ok_or(KeyDirError::NeedsPassphrase)?)?
        }
    };
    Ok(Keyring::open(&root, &read_private(&folder.join(KEYRING))?)?)
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
    /// The file system failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

const ROOT: &str = "root.key";
const KEYRING: &str = "keyring";

fn finish(folder: &Path, keyring: Keyring) -> Result<Keyring, KeyDirError> {
    write_new(&folder.join(KEYRING), &keyring.to_bytes())?;
    // The names must survive a power cut as well as the contents.
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(|e| io(folder, e))?;
    Ok(keyring)
}

fn read_private(path: &Path) -> Result<Vec<u8>, KeyDirError> {
    let mut file = File::open(path).map_err(|e| io(path, e))?;
    // Asked of the open file, so that nobody can swap it between the check and the read.
    let mode = file
        .metadata()
        .map_err(|e| io(path, e))?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyDirError::Loose {
            path: path.to_path_buf(),
            mode,
        });
    }
    let mut bytes = Vec::with_capacity(4096);
    file.read_to_end(&mut bytes).map_err(|e| io(path, e))?;
    Ok(bytes)
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeyDirError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|e| io(path, e))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|e| io(path, e))
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

    use super::*;
    use crate::world::Frozen;

    fn world() -> Frozen {
        Frozen::new(Moment::from_seconds(1_763_700_000), 1)
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
