//! A disk that fails when it is told to: under a program that a test starts, not under the test.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// Flushing fails with an I/O error; what was written before may or may not be there.
    FlushFails,
    /// Flushing does not come back.
    FlushHangs,
    /// Writing fails with an I/O error.
    WriteFails,
    /// There is no room.
    NoRoom,
    /// The file system was remounted read-only.
    ReadOnly,
}

/// The disk of the programs that [`Disk::under`] was called for.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// A disk that works. Takes the C compiler that the build needs as well.
    ///
    /// # Panics
    /// If there is none.
    pub fn make() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let source = folder.path().join("disk.c");
        std::fs::write(&source, include_str!("faults/disk.c")).expect("the source is written");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(folder.path().join(LIBRARY))
            .arg(&source)
            .status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "the C compiler builds the failing disk"
        );
        Self { folder }
    }

    /// Puts this disk under the program.
    pub fn under<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("LD_PRELOAD", self.folder.path().join(LIBRARY))
            .env("SHOUXIN_TEST_FAULTS", self.folder.path())
    }

    /// From now on it fails like this.
    ///
    /// # Panics
    /// If the temporary folder is gone.
    pub fn begin(&self, fault: DiskFault) {
        std::fs::write(self.flag(fault), "").expect("the fault begins");
    }

    /// It works again.
    ///
    /// # Panics
    /// If the fault had not begun.
    pub fn end(&self, fault: DiskFault) {
        std::fs::remove_file(self.flag(fault)).expect("the fault ends");
    }

    fn flag(&self, fault: DiskFault) -> PathBuf {
        self.folder.path().join(match fault {
            DiskFault::FlushFails => "flush-fails",
            DiskFault::FlushHangs => "flush-hangs",
            DiskFault::WriteFails => "write-fails",
            DiskFault::NoRoom => "no-room",
            DiskFault::ReadOnly => "read-only",
        })
    }
}

const LIBRARY: &str = "disk.so";
