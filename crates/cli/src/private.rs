//! Files that only their owner may read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// Makes a folder, and those above it, for the owner alone.
pub(crate) fn folder(path: &Path) -> Result<(), Fault> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| Fault::file(path, &error))
}

/// Replaces a file, whole or not at all, durably. Its folder is made if need be.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::file(path, &error);
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    folder(parent)?;
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    fs::rename(&fresh, path).map_err(failed)?;
    File::open(parent)
        .and_then(|parent| parent.sync_all())
        .map_err(failed)
}

/// A file on its way: it takes its name once it is whole, and is gone if it never is. Mode 0600.
pub(crate) struct Fresh {
    file: File,
    fresh: PathBuf,
    path: PathBuf,
    is_kept: bool,
}

impl Fresh {
    /// Begins a file beside the place that it will take.
    pub(crate) fn create(path: &Path) -> Result<Self, Fault> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".part-{}", std::process::id()));
        let fresh = PathBuf::from(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(|error| Fault::file(&fresh, &error))?;
        Ok(Self {
            file,
            fresh,
            path: path.to_path_buf(),
            is_kept: false,
        })
    }

    /// Puts the whole file into its place, durably.
    pub(crate) fn keep(mut self) -> Result<(), Fault> {
        let failed = |error: std::io::Error| Fault::file(&self.path, &error);
        self.file.sync_all().map_err(failed)?;
        fs::rename(&self.fresh, &self.path).map_err(failed)?;
        self.is_kept = true;
        let parent = self
            .path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))
            .and_then(|parent| parent.sync_all())
            .map_err(|error| Fault::file(&self.path, &error))
    }
}

impl Write for Fresh {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if !self.is_kept {
            // A part holds values of people; if it cannot be deleted, its name tells what it is.
            let _ = fs::remove_file(&self.fresh);
        }
    }
}

/// The text of a file, if there is one. Refused if others than its owner may read it.
pub(crate) fn read(path: &Path) -> Result<Option<String>, Fault> {
    let failed = |error: std::io::Error| Fault::file(path, &error);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    // Asked of the open file, so that nobody can swap it between the check and the read.
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let path = path.display();
        return Err(Fault::unable(
            format!("{path} 的权限为 {mode:o},他人可读。请运行:chmod 600 {path}"),
            format!("{path} has mode {mode:o}: others may read it. Run: chmod 600 {path}"),
        ));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_the_owners_alone_and_a_looser_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.json");
        assert!(read(&path).unwrap().is_none());
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("two"));
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            fs::metadata(folder.path().join("a"))
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o700
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read(&path).is_err());
    }
}
