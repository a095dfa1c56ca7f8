//! The tombstones kept beside the data.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use rand_core::CryptoRng;
use shouxin_model::{ErasureId, Moment, SubjectId, Suite};
use shouxin_seal::LastingKeys;

/// A file of tombstones, apart from the data. Each line is one, sealed, so that the file tells nothing
/// but how many there are; each is bound to the line before it, so that none can be taken out, changed
/// or moved unnoticed. Cut off at its end, it is made whole again from the store.
#[derive(Debug)]
pub struct Tombstones {
    path: PathBuf,
    state: Mutex<State>,
}

/// Who was erased, by what, when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tombstone {
    pub(crate) subject: SubjectId,
    pub(crate) erasure: ErasureId,
    pub(crate) at: Moment,
}

/// What was read of the file so far.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Bytes.
    read: u64,
    lines: u64,
    /// What the next line is bound to.
    last: String,
    subjects: BTreeSet<SubjectId>,
}

/// Why tombstones cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum TombstoneError {
    /// A line was changed, moved or taken out, or is of other keys.
    #[error(
        "{path}: line {line} is damaged or of other keys: bring back a copy of the file, for without \
         it erased people could come back"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
    },
    /// The file system failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Tombstones {
    /// The tombstones kept in this file; it is made with the first one.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            state: Mutex::default(),
        }
    }

    /// Where they are kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds those that are not there yet, and returns once they are durable.
    pub(super) fn add(
        &self,
        keys: &LastingKeys,
        tombs: &[Tombstone],
        dice: &mut impl CryptoRng,
    ) -> Result<(), TombstoneError> {
        let mut state = self.lock();
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)
            .map_err(|e| self.io(e))?;
        // Another process over the same key folder may add as well.
        file.lock().map_err(|e| self.io(e))?;
        self.catch_up(&mut file, &mut state, keys)?;
        let lines = state.write(keys, tombs, dice);
        if lines.is_empty() {
            return Ok(());
        }
        let durable = append(&mut file, &lines, |file| {
            file.sync_all().and_then(|()| sync_folder(&self.path))
        });
        if durable.is_err() {
            // What is there by now is read anew the next time.
            *state = State::default();
        }
        durable.map_err(|e| self.io(e))
    }

    /// All of them.
    pub(super) fn all(&self, keys: &LastingKeys) -> Result<Vec<Tombstone>, TombstoneError> {
        let mut state = self.lock();
        *state = State::default();
        let mut file = match OpenOptions::new().read(true).write(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.io(error)),
        };
        file.lock().map_err(|e| self.io(e))?;
        self.catch_up(&mut file, &mut state, keys)
    }

    /// Reads what was added since, and gives it. Cuts off what a power cut left of a line.
    fn catch_up(
        &self,
        file: &mut File,
        state: &mut State,
        keys: &LastingKeys,
    ) -> Result<Vec<Tombstone>, TombstoneError> {
        let size = file.metadata().map_err(|e| self.io(e))?.len();
        if size < state.read {
            *state = State::default();
        }
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(state.read))
            .and_then(|_| file.read_to_end(&mut text))
            .map_err(|e| self.io(e))?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        if whole < text.len() {
            tracing::warn!(path = %self.path.display(), "an unfinished tombstone was cut off");
            let keep = state.read + whole as u64;
            file.set_len(keep)
                .and_then(|()| file.sync_all())
                .map_err(|e| self.io(e))?;
        }
        state
            .read(keys, &text[..whole])
            .map_err(|line| TombstoneError::Damaged {
                path: self.path.clone(),
                line,
            })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn io(&self, source: io::Error) -> TombstoneError {
        TombstoneError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

impl State {
    /// The lines of those that are not there yet, each ended.
    pub(super) fn write(
        &mut self,
        keys: &LastingKeys,
        tombs: &[Tombstone],
        dice: &mut impl CryptoRng,
    ) -> String {
        let mut lines = String::new();
        for tomb in tombs {
            if !self.subjects.contains(&tomb.subject) {
                let sealed = keys.seal_secret(&context(&self.last), &tomb.to_bytes(), dice);
                let line = BASE64URL_NOPAD.encode(&sealed);
                self.take(keys, &line, tomb.subject);
                lines.push_str(&line);
                lines.push('\n');
            }
        }
        lines
    }

    /// Reads the next lines, each ended; `Err` is the number of the first that is damaged.
    pub(super) fn read(&mut self, keys: &LastingKeys, lines: &[u8]) -> Result<Vec<Tombstone>, u64> {
        let mut tombs = Vec::new();
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let (line, tomb) = self.open(keys, line).ok_or(self.lines + 1)?;
            self.take(keys, line, tomb.subject);
            tombs.push(tomb);
        }
        Ok(tombs)
    }

    fn open<'l>(&self, keys: &LastingKeys, line: &'l [u8]) -> Option<(&'l str, Tombstone)> {
        let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
        let sealed = BASE64URL_NOPAD.decode(line.as_bytes()).ok()?;
        let bytes = keys.open_secret(&context(&self.last), &sealed).ok()?;
        Some((line, Tombstone::from_bytes(&bytes)?))
    }

    /// Goes on behind `line`.
    fn take(&mut self, keys: &LastingKeys, line: &str, subject: SubjectId) {
        self.read += line.len() as u64 + 1;
        self.lines += 1;
        // One suite for all lines, so that a change of suite breaks no chain.
        let digest = keys.look_up_digest(Suite::International, "tombstone", line.as_bytes());
        self.last = BASE64URL_NOPAD.encode(&digest);
        self.subjects.insert(subject);
    }
}

impl Tombstone {
    fn to_bytes(self) -> [u8; 40] {
        let mut bytes = [0; 40];
        bytes[..16].copy_from_slice(self.subject.as_bytes());
        bytes[16..32].copy_from_slice(self.erasure.as_bytes());
        bytes[32..].copy_from_slice(&self.at.micros().to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (subject, rest) = bytes.split_at_checked(16)?;
        let (erasure, at) = rest.split_at_checked(16)?;
        Some(Self {
            subject: SubjectId::from_slice(subject)?,
            erasure: ErasureId::from_slice(erasure)?,
            at: Moment::from_micros(i64::from_be_bytes(at.try_into().ok()?)),
        })
    }
}

/// What a line is sealed for: to stand behind the line with this digest.
fn context(last: &str) -> String {
    format!("tombstone {last}")
}

/// Adds lines to the end of the file and makes them durable, or leaves the file as it was: lines that failed
/// to reach the disk could be read back from memory, and would pass for durable the next time.
fn append(
    file: &mut File,
    lines: &str,
    flush: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let before = file.metadata()?.len();
    let durable = file.write_all(lines.as_bytes()).and_then(|()| flush(file));
    if durable.is_err()
        && let Err(error) = file.set_len(before).and_then(|()| file.sync_all())
    {
        tracing::error!(%error, "tombstones that may not be durable could not be taken back");
    }
    durable
}

/// Makes the file's name survive a power cut as well as what is in it.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use shouxin_seal::{Keyring, Root};

    use super::*;
    use crate::World;
    use crate::world::Frozen;

    fn tomb(n: u8) -> Tombstone {
        Tombstone {
            subject: SubjectId::from_bytes([n; 16]),
            erasure: ErasureId::from_bytes([n + 100; 16]),
            at: Moment::from_seconds(n.into()),
        }
    }

    struct Bed {
        folder: tempfile::TempDir,
        world: Frozen,
        keyring: Keyring,
    }

    impl Bed {
        fn new() -> Self {
            let world = Frozen::new(Moment::from_seconds(1_763_700_000), 1);
            let root = Root::from_bytes([7; 32]);
            Self {
                folder: tempfile::tempdir().unwrap(),
                keyring: Keyring::make(&root, Suite::International, world.now(), &mut world.dice()),
                world,
            }
        }

        fn open(&self) -> Tombstones {
            Tombstones::at(self.folder.path().join("tombstones"))
        }

        fn add(&self, to: &Tombstones, tombs: &[Tombstone]) {
            to.add(&self.keyring.lasting(), tombs, &mut self.world.dice())
                .unwrap();
        }
    }

    #[test]
    fn what_was_added_is_read_again_each_once() {
        let bed = Bed::new();
        let (one, other) = (bed.open(), bed.open());
        assert_eq!(one.all(&bed.keyring.lasting()).unwrap(), []);
        bed.add(&one, &[tomb(1), tomb(2)]);
        // Another process over the same file goes on behind the first.
        bed.add(&other, &[tomb(2), tomb(3)]);
        bed.add(&one, &[tomb(3), tomb(4)]);
        let all = [1, 2, 3, 4].map(tomb);
        assert_eq!(bed.open().all(&bed.keyring.lasting()).unwrap(), all);
    }

    #[test]
    fn the_file_tells_nothing_and_each_change_of_it_is_noticed() {
        let bed = Bed::new();
        bed.add(&bed.open(), &[tomb(1), tomb(2), tomb(3)]);
        let path = bed.open().path().to_owned();
        let good = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = good.lines().collect();
        let moved = format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]);
        let without = format!("{}\n{}\n", lines[0], lines[2]);
        let twice = format!("{good}{}\n", lines[2]);
        let mut flipped = good.clone().into_bytes();
        flipped[lines[0].len() + 10] ^= 1;
        for bad in [moved.into(), without.into(), twice.into(), flipped] {
            std::fs::write(&path, &bad).unwrap();
            let read = bed.open().all(&bed.keyring.lasting());
            assert!(matches!(read, Err(TombstoneError::Damaged { .. })));
        }
    }

    #[test]
    fn a_line_that_did_not_reach_the_disk_is_not_taken_for_durable() {
        let bed = Bed::new();
        bed.add(&bed.open(), &[tomb(1)]);
        let path = bed.open().path().to_owned();
        let good = std::fs::read(&path).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        let full = |_: &File| Err(io::Error::from(io::ErrorKind::StorageFull));
        assert!(append(&mut file, "a whole line\n", full).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), good);
        bed.add(&bed.open(), &[tomb(2)]);
        assert_eq!(
            bed.open().all(&bed.keyring.lasting()).unwrap(),
            [tomb(1), tomb(2)]
        );
    }

    #[test]
    fn a_line_that_a_power_cut_left_unfinished_is_cut_off() {
        let bed = Bed::new();
        bed.add(&bed.open(), &[tomb(1), tomb(2)]);
        let path = bed.open().path().to_owned();
        let good = std::fs::read(&path).unwrap();
        std::fs::write(&path, &good[..good.len() - 5]).unwrap();
        let again = bed.open();
        assert_eq!(again.all(&bed.keyring.lasting()).unwrap(), [tomb(1)]);
        bed.add(&again, &[tomb(2)]);
        assert_eq!(
            bed.open().all(&bed.keyring.lasting()).unwrap(),
            [tomb(1), tomb(2)]
        );
    }
}
