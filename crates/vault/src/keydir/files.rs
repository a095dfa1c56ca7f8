//! Files of a key folder: read only if nobody else may, written so that a power cut leaves one whole.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::{KeyDirError, io};

pub(super) const ROOT: &str = "root.key";
pub(super) const KEYRING: &str = "keyring";
/// A root file that counts as soon as the keyring needs it: see `KeyFolder::put`.
pub(super) const NEXT_ROOT: &str = "root.key.next";

/// The bytes of a file that nobody but its owner may read.
pub(super) fn read_private(path: &Path) -> Result<Vec<u8>, KeyDirError> {
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

/// Writes a file that is not there yet.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeyDirError> {
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

/// Replaces a file, whole or not at all, and writes zeros over what it held: where the file system
/// writes in place, nobody digs the old keys out of it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeyDirError> {
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(io(&fresh, error));
        }
        _ => {}
    }
    let old = OpenOptions::new().write(true).open(path).ok();
    write_new(&fresh, bytes)?;
    fs::rename(&fresh, path).map_err(|e| io(path, e))?;
    sync_folder(path)?;
    if let Some(old) = old {
        wipe(old);
    }
    Ok(())
}

/// The names in a file's folder survive a power cut from here on.
pub(super) fn sync_folder(path: &Path) -> Result<(), KeyDirError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| io(folder, e))
}

/// Writes zeros over a file that has no name any more. Whether the medium forgets is not ours to say, so
/// a failure stops nothing.
fn wipe(mut file: File) {
    let length = file.metadata().map_or(0, |of| of.len());
    let zeros = vec![0; usize::try_from(length).unwrap_or(0)];
    let wiped = file.seek(SeekFrom::Start(0)).and_then(|_| {
        file.write_all(&zeros)?;
        file.sync_all()
    });
    wiped.ok();
}
