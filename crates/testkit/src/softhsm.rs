//! A PKCS#11 token for tests: SoftHSM's, in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A token that lives as long as this value. SoftHSM finds it by the environment variable
/// [`CONFIG`], which a program has to have from its start: run what needs the token in one of its own.
pub struct Token {
    dir: TempDir,
    module: PathBuf,
}

/// Names SoftHSM's configuration to whatever loads its module.
pub const CONFIG: &str = "SOFTHSM2_CONF";

/// The PIN of the token's user.
pub const PIN: &str = "4321";

impl Token {
    /// An initialised token with this label.
    ///
    /// # Panics
    /// Without SoftHSM. A test that needs a token fails without it.
    pub fn make(label: &str) -> Self {
        let module = module()
            .unwrap_or_else(|| panic!("no SoftHSM for tests: install Debian's package softhsm2"));
        let dir = tempfile::Builder::new()
            .prefix("shouxin-softhsm-")
            .tempdir()
            .expect("a temporary folder");
        let tokens = dir.path().join("tokens");
        fs::create_dir(&tokens).expect("a folder for tokens");
        let settings = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        fs::write(dir.path().join("softhsm2.conf"), settings).expect("SoftHSM's settings");
        let token = Self { dir, module };
        let mut command = Command::new("softhsm2-util");
        command.args(["--init-token", "--free", "--label", label]);
        command.args(["--so-pin", "87654321", "--pin", PIN]);
        let made = command.env(CONFIG, token.config()).output();
        let made = made.expect("softhsm2-util runs");
        assert!(
            made.status.success(),
            "softhsm2-util: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        token
    }

    /// The value of [`CONFIG`].
    pub fn config(&self) -> PathBuf {
        self.dir.path().join("softhsm2.conf")
    }

    /// The PKCS#11 module.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The folder that holds the token: without it the token is gone.
    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("tokens")
    }
}

/// Where Debian puts SoftHSM's module.
fn module() -> Option<PathBuf> {
    let fixed = ["/usr/lib/softhsm/libsofthsm2.so"].map(PathBuf::from);
    let by_machine = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let by_machine = by_machine.map(|entry| entry.path().join("softhsm/libsofthsm2.so"));
    fixed
        .into_iter()
        .chain(by_machine)
        .find(|path| path.exists())
}
