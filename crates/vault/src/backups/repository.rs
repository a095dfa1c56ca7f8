//! The folder that holds backups.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rand_core::CryptoRng;
use shouxin_model::Suite;
use shouxin_seal::{BackupKey, LastingKeys};
use zeroize::Zeroizing;

use super::BackupError;
use super::manifest::{Manifest, ZonePart};

/// A folder of backups of one deployment:
///
/// ```text
/// shouxin-backup        what it is, and of which ledger
/// lock                  held by whoever writes
/// zones/<zone>/         the same once more for a zone apart, under the zone's own keys
/// manifests/00000001    one a backup: signed, then sealed
/// chunks/ab/abcd…       rows: compressed, then sealed; named by a keyed digest of what they hold
/// ```
///
/// A stranger learns sizes and numbers, and nothing else. A chunk that is there is whole, for it is
/// written under another name first; one that no manifest names is left over from a backup that was
/// killed, and serves the next one.
#[derive(Clone, Debug)]
pub struct Repository {
    path: PathBuf,
}

/// The right to read, or to write and remove.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

impl Repository {
    /// The repository in this folder, which need not be there yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The part of a zone apart.
    pub(super) fn zone(&self, name: &str) -> Self {
        Self::at(self.path.join(ZONES).join(name))
    }

    /// Makes the folder if need be and takes it for writing.
    pub(super) fn write(&self, origin: &str) -> Result<Lock, BackupError> {
        if !self.path.join(MARK).exists() {
            let mut files = match fs::read_dir(&self.path) {
                Ok(files) => files,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    folder(&self.path)?;
                    fs::read_dir(&self.path).map_err(at(&self.path))?
                }
                Err(error) => return Err(at(&self.path)(error)),
            };
            if files.next().is_some() {
                return Err(BackupError::NotARepository(self.path.clone()));
            }
            folder(&self.path.join(CHUNKS))?;
            folder(&self.path.join(MANIFESTS))?;
            let text = format!("{HEAD}\n{origin}\n");
            put(&self.path.join(MARK), text.as_bytes())?;
        }
        self.is_of(origin)?;
        let path = self.path.join(LOCK);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(at(&path))?;
        match patiently(|| file.try_lock()) {
            Ok(()) => Ok(Lock { _file: Some(file) }),
            Err(fs::TryLockError::WouldBlock) => Err(BackupError::Busy(self.path.clone())),
            Err(fs::TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }

    /// Takes it for reading: nothing is removed meanwhile. On a medium that cannot be written there is
    /// nothing to lock.
    pub(super) fn read(&self, origin: &str) -> Result<Lock, BackupError> {
        self.is_of(origin)?;
        let file = File::open(self.path.join(LOCK)).ok();
        match file
            .as_ref()
            .map(|file| patiently(|| file.try_lock_shared()))
        {
            Some(Err(fs::TryLockError::WouldBlock)) => Err(BackupError::Busy(self.path.clone())),
            _ => Ok(Lock { _file: file }),
        }
    }

    fn is_of(&self, origin: &str) -> Result<(), BackupError> {
        let path = self.path.join(MARK);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BackupError::NotARepository(self.path.clone()));
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            Err(error) => return Err(at(&path)(error)),
        };
        let mut lines = text.lines();
        match (lines.next(), lines.next()) {
            (Some(HEAD), Some(found)) if found == origin => Ok(()),
            (Some(HEAD), Some(found)) => Err(BackupError::OtherKeys {
                path: self.path.clone(),
                found: found.chars().filter(|c| !c.is_control()).take(40).collect(),
                wanted: origin.to_owned(),
            }),
            _ => Err(BackupError::Damaged {
                file: path,
                why: "it does not say what this folder is",
            }),
        }
    }

    /// The numbers of the backups there are, oldest first.
    pub(super) fn numbers(&self) -> Result<Vec<u64>, BackupError> {
        let path = self.path.join(MANIFESTS);
        let mut numbers = Vec::new();
        for file in fs::read_dir(&path).map_err(at(&path))? {
            let name = file.map_err(at(&path))?.file_name();
            let number: Option<u64> = name.to_str().and_then(|name| name.parse().ok());
            numbers.extend(number);
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// One backup, its signature and seal verified, with the suite it was sealed with.
    pub(super) fn manifest(
        &self,
        keys: &LastingKeys,
        number: u64,
    ) -> Result<(Manifest, Suite), BackupError> {
        let (file, bytes) = self.read_manifest(number)?;
        Manifest::from_file(keys, number, &bytes).map_err(|why| BackupError::Damaged { file, why })
    }

    /// The manifest of a zone apart, verified under the zone's keys, if it is the one that the backup was
    /// taken with: `chunks` are those of the main part, by whose keys it is known.
    pub(super) fn zone_manifest(
        &self,
        chunks: &Chunks<'_>,
        part: &ZonePart,
        keys: &LastingKeys,
        number: u64,
    ) -> Result<(Manifest, Suite), BackupError> {
        let zone = self.zone(&part.name);
        let damaged = |file, why| BackupError::Damaged { file, why };
        let (file, bytes) = match zone.read_manifest(number) {
            Err(BackupError::NoBackup(_)) => {
                return Err(damaged(zone.manifest_path(number), "it is missing"));
            }
            read => read?,
        };
        if chunks.name(&manifest_of(&part.name), &bytes) != part.manifest {
            return Err(damaged(file, "the backup was taken with another"));
        }
        Manifest::from_file(keys, number, &bytes).map_err(|why| damaged(file, why))
    }

    fn read_manifest(&self, number: u64) -> Result<(PathBuf, Vec<u8>), BackupError> {
        let file = self.manifest_path(number);
        match fs::read(&file) {
            Ok(bytes) => Ok((file, bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(BackupError::NoBackup(number))
            }
            Err(error) => Err(at(&file)(error)),
        }
    }

    /// Puts a manifest: from here on the backup is there.
    pub(super) fn put_manifest(&self, number: u64, bytes: &[u8]) -> Result<(), BackupError> {
        put(&self.manifest_path(number), bytes)
    }

    pub(super) fn remove_manifest(&self, number: u64) -> Result<(), BackupError> {
        let path = self.manifest_path(number);
        fs::remove_file(&path).map_err(at(&path))?;
        sync(&self.path.join(MANIFESTS))
    }

    /// Removes every chunk that is not `needed`, and what killed writers have left. Gives how many and
    /// how many bytes.
    pub(super) fn sweep(&self, needed: &BTreeSet<String>) -> Result<(u64, u64), BackupError> {
        let path = self.path.join(CHUNKS);
        let (mut count, mut bytes) = (0, 0);
        for folder in fs::read_dir(&path).map_err(at(&path))? {
            let folder = folder.map_err(at(&path))?.path();
            for file in fs::read_dir(&folder).map_err(at(&folder))? {
                let file = file.map_err(at(&folder))?;
                let name = file.file_name();
                if name.to_str().is_some_and(|name| needed.contains(name)) {
                    continue;
                }
                bytes += file.metadata().map_err(at(&folder))?.len();
                count += 1;
                fs::remove_file(file.path()).map_err(at(&folder))?;
            }
        }
        Ok((count, bytes))
    }

    fn manifest_path(&self, number: u64) -> PathBuf {
        self.path.join(MANIFESTS).join(format!("{number:08}"))
    }

    fn chunk_path(&self, name: &str) -> PathBuf {
        let folder = self.path.join(CHUNKS).join(name.get(..2).unwrap_or("xx"));
        folder.join(name)
    }
}

/// The chunks of a repository under one key.
pub(super) struct Chunks<'a> {
    repository: &'a Repository,
    key: BackupKey,
    /// Chunks and bytes written so far.
    pub(super) written: (u64, u64),
    touched: BTreeSet<PathBuf>,
}

impl<'a> Chunks<'a> {
    pub(super) fn new(repository: &'a Repository, keys: &LastingKeys, suite: Suite) -> Self {
        Self {
            repository,
            key: BackupKey::of(keys, suite),
            written: (0, 0),
            touched: BTreeSet::new(),
        }
    }

    /// The name of this content.
    pub(super) fn name(&self, what: &str, content: &[u8]) -> String {
        HEXLOWER.encode(&self.key.name(what, content))
    }

    /// Writes a chunk, unless it is there.
    pub(super) fn put(
        &mut self,
        what: &str,
        content: &[u8],
        dice: &mut impl CryptoRng,
    ) -> Result<String, BackupError> {
        let name = self.name(what, content);
        let path = self.repository.chunk_path(&name);
        if path.exists() {
            return Ok(name);
        }
        let parent = path.parent().unwrap_or(&self.repository.path).to_owned();
        folder(&parent)?;
        // Before sealing, for sealed bytes do not shrink.
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        let packed = packer.write_all(content).and_then(|()| packer.finish());
        let sealed = self
            .key
            .seal(name.as_bytes(), &packed.map_err(at(&path))?, dice);
        write(&path, &sealed)?;
        self.written.0 += 1;
        self.written.1 += sealed.len() as u64;
        self.touched.insert(parent);
        Ok(name)
    }

    /// What a chunk holds, once it is shown to be what its name says.
    pub(super) fn get(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        let file = self.repository.chunk_path(name);
        let sealed = match fs::read(&file) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BackupError::Damaged {
                    file,
                    why: "it is missing",
                });
            }
            Err(error) => return Err(at(&file)(error)),
        };
        let damaged = |why| BackupError::Damaged {
            file: file.clone(),
            why,
        };
        let packed = self
            .key
            .open(name.as_bytes(), &sealed)
            .map_err(|_| damaged("it fails authentication"))?;
        let mut content = Zeroizing::new(Vec::new());
        DeflateDecoder::new(&packed[..])
            .read_to_end(&mut content)
            .map_err(|_| damaged("it cannot be unpacked"))?;
        Ok(content)
    }

    /// Where a chunk lies, for findings.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.repository.chunk_path(name)
    }

    /// Makes the names of what was written survive a power cut.
    pub(super) fn settle(&mut self) -> Result<(), BackupError> {
        sync(&self.repository.path.join(CHUNKS))?;
        std::mem::take(&mut self.touched)
            .iter()
            .try_for_each(|folder| sync(folder))
    }
}

fn folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(at(path))
}

/// Writes a file, whole or not at all, and makes its name durable.
fn put(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    write(path, bytes)?;
    sync(path.parent().unwrap_or(Path::new(".")))
}

/// Writes a file, whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let fresh = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(at(&fresh))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(at(&fresh))?;
    fs::rename(&fresh, path).map_err(at(path))
}

fn sync(folder: &Path) -> Result<(), BackupError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))
}

/// An error of the file system at a path.
fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |source| BackupError::Io { path, source }
}

/// Under which word the main part knows the manifest of a zone apart.
pub(super) fn manifest_of(zone: &str) -> String {
    format!("manifest {zone}")
}

const HEAD: &str = "shouxin-backup 1";
const MARK: &str = "shouxin-backup";
const LOCK: &str = "lock";
const CHUNKS: &str = "chunks";
const MANIFESTS: &str = "manifests";
const ZONES: &str = "zones";
/// A list holds the repository for a moment only: whoever comes meanwhile waits for that long, and not for
/// a backup.
fn patiently(
    mut take: impl FnMut() -> Result<(), fs::TryLockError>,
) -> Result<(), fs::TryLockError> {
    for _ in 0..PATIENCE {
        match take() {
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            taken => return taken,
        }
    }
    take()
}

const PATIENCE: u32 = 50;
const PAUSE: Duration = Duration::from_millis(10);
