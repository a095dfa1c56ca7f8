//! Keys in memory. What opens customers' values is held for five minutes at most and then opened again
//! by the root, so that withdrawing the root (a token pulled, a key on it deleted, a root file removed)
//! stops a running server within that time. The root itself is held only while the keyring opens.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use shouxin_model::{Caller, Moment};
use shouxin_seal::{Keyring, LastingKeys, RootName};

use super::Keyrings;
use crate::keydir::{KeyDirError, KeyFolder, TokenError};
use crate::{Vault, VaultError};

/// How long an opened keyring counts, in seconds.
pub const KEYS_HELD_SECONDS: i64 = 300;

/// An opened keyring, and where it can be opened again.
#[derive(Clone)]
pub struct Keys {
    keyring: Arc<Keyring>,
    folder: Option<KeyFolder>,
}

impl Keys {
    /// Opens the keyring of a key folder, to be opened again from there as time goes by.
    ///
    /// # Errors
    /// As [`KeyFolder::open`].
    pub fn open(folder: KeyFolder) -> Result<Self, KeyDirError> {
        Ok(Self {
            keyring: Arc::new(folder.open()?),
            folder: Some(folder),
        })
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }
}

/// A keyring for a short piece of work: held for as long as the vault, and it cannot be changed.
impl From<Keyring> for Keys {
    fn from(keyring: Keyring) -> Self {
        Self {
            keyring: Arc::new(keyring),
            folder: None,
        }
    }
}

/// The keyring of a vault, for another vault over the same keys for as long as a piece of work takes.
impl From<Arc<Keyring>> for Keys {
    fn from(keyring: Arc<Keyring>) -> Self {
        Self {
            keyring,
            folder: None,
        }
    }
}

impl AsRef<LastingKeys> for Keys {
    fn as_ref(&self) -> &LastingKeys {
        self.keyring.as_ref().as_ref()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// The keys as a vault holds them.
pub(crate) struct Held {
    folder: Option<KeyFolder>,
    now: RwLock<Now>,
    /// Held while the folder is read: one at a time, so that a slow token is asked once.
    opening: Mutex<()>,
}

struct Now {
    lasting: Arc<LastingKeys>,
    /// `None` once it has grown too old and could not be opened again: nothing opens then.
    keyring: Option<Arc<Keyring>>,
    opened_at: Moment,
    tried_at: Moment,
    /// Why it could not be opened the last time.
    why: Option<Arc<str>>,
    /// The token refused the PIN. Tokens lock themselves after a few tries, so this is final.
    given_up: bool,
    /// The root that the store was last told of.
    told: Option<RootName>,
    /// The epoch that others wrap keys in, if this keyring does not know it.
    newer: Option<u32>,
}

impl Held {
    pub(crate) fn new(keys: Keys, now: Moment) -> Self {
        Self {
            folder: keys.folder,
            now: RwLock::new(Now {
                lasting: keys.keyring.lasting(),
                keyring: Some(keys.keyring),
                opened_at: now,
                tried_at: now,
                why: None,
                given_up: false,
                told: None,
                newer: None,
            }),
            opening: Mutex::new(()),
        }
    }

    /// The keys that open customers' values, for one piece of work.
    ///
    /// # Errors
    /// `CannotUnseal`.
    pub(crate) fn keyring(&self, now: Moment) -> Result<Arc<Keyring>, VaultError> {
        match self.fresh(now) {
            Some(keyring) => Ok(keyring),
            None => self.reopen(now),
        }
    }

    /// The keys to wrap subject keys with.
    ///
    /// # Errors
    /// `CannotUnseal`, also if others wrap in an epoch that this keyring does not know.
    pub(crate) fn keyring_to_write(&self, now: Moment) -> Result<Arc<Keyring>, VaultError> {
        let newer = self.read().newer;
        match newer {
            Some(epoch) => Err(older_than_data(epoch)),
            None => self.keyring(now),
        }
    }

    /// The keys that outlive epochs.
    pub(crate) fn lasting(&self) -> Arc<LastingKeys> {
        self.read().lasting.clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Now> {
        self.now.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the keyring held knows this epoch. One that has grown too old is not asked.
    fn knows(&self, epoch: u32, now: Moment) -> bool {
        self.fresh(now)
            .is_none_or(|keyring| keyring.current_epoch() >= epoch)
    }

    pub(super) fn folder(&self) -> Option<&KeyFolder> {
        self.folder.as_ref()
    }

    /// Takes over a keyring that was just opened or written, unless this is older than what is held.
    pub(super) fn put(&self, keyring: Keyring, now: Moment) {
        let keyring = Arc::new(keyring);
        let mut held = self.now.write().unwrap_or_else(PoisonError::into_inner);
        held.lasting = keyring.lasting();
        if held
            .newer
            .is_some_and(|epoch| epoch <= keyring.current_epoch())
        {
            held.newer = None;
        }
        held.keyring = Some(keyring);
        (held.opened_at, held.tried_at) = (now, now);
        held.why = None;
    }

    /// The keyring, if it has not grown too old. A clock that was put back makes it too old as well.
    fn fresh(&self, now: Moment) -> Option<Arc<Keyring>> {
        let held = self.read();
        let age = now.seconds_since(held.opened_at);
        let counts = self.folder.is_none() || (0..KEYS_HELD_SECONDS).contains(&age);
        held.keyring.clone().filter(|_| counts)
    }

    /// Opens the keyring anew. Blocks for as long as that takes: a passphrase is stretched, a token asked.
    fn reopen(&self, now: Moment) -> Result<Arc<Keyring>, VaultError> {
        // Whoever comes while another opens does not wait: a token may hang.
        let Ok(_turn) = self.opening.try_lock() else {
            return Err(self.cannot("the keys are being opened"));
        };
        if let Some(keyring) = self.fresh(now).filter(|_| !self.is_due(now)) {
            return Ok(keyring);
        }
        let Some(folder) = &self.folder else {
            return Err(self.cannot("there is no key folder"));
        };
        let recently = {
            let held = self.read();
            let since = now.seconds_since(held.tried_at);
            held.given_up || (held.why.is_some() && (0..PAUSE_SECONDS).contains(&since))
        };
        if recently {
            return Err(self.cannot("the keys could not be opened"));
        }
        match folder.open() {
            Ok(keyring) if self.is_other(&keyring) => {
                self.fail(now, "the key folder holds other keys now", false);
            }
            Ok(keyring) => self.put(keyring, now),
            Err(error) => {
                let refused = matches!(error, KeyDirError::Token(TokenError::Pin(_)));
                self.fail(now, &error.to_string(), refused);
            }
        }
        self.fresh(now)
            .ok_or_else(|| self.cannot("the keys could not be opened"))
    }

    pub(super) fn told(&self) -> Option<RootName> {
        let held = self.read();
        held.told
    }

    pub(super) fn tell(&self, root: RootName) {
        let mut held = self.now.write().unwrap_or_else(PoisonError::into_inner);
        held.told = Some(root);
    }

    fn is_other(&self, keyring: &Keyring) -> bool {
        let held = self.read();
        crate::checkpoints::origin(keyring) != crate::checkpoints::origin(&*held.lasting)
    }

    /// Notes a failure, and lets go of a keyring that has grown too old.
    fn fail(&self, now: Moment, why: &str, given_up: bool) {
        let too_old = self.fresh(now).is_none();
        let mut held = self.now.write().unwrap_or_else(PoisonError::into_inner);
        held.why = Some(why.into());
        held.tried_at = now;
        held.given_up |= given_up;
        if too_old {
            held.keyring = None;
        }
    }

    fn cannot(&self, otherwise: &str) -> VaultError {
        let held = self.read();
        VaultError::CannotUnseal(held.why.clone().unwrap_or_else(|| otherwise.into()))
    }

    /// Whether it is time to open the keyring anew, well before it is too old.
    fn is_due(&self, now: Moment) -> bool {
        let held = self.read();
        let age = now.seconds_since(held.opened_at);
        self.folder.is_some() && !(0..RENEWED_SECONDS).contains(&age) || held.newer.is_some()
    }
}

impl Vault {
    /// The keys that open customers' values, for one piece of work: whoever has them holds them no longer.
    ///
    /// # Errors
    /// `CannotUnseal`.
    pub(crate) fn keyring(&self) -> Result<Arc<Keyring>, VaultError> {
        self.held_keys().keyring(self.now())
    }

    /// The keys to wrap subject keys with.
    ///
    /// # Errors
    /// `CannotUnseal`, also if others wrap in an epoch that this keyring does not know.
    pub(crate) fn keyring_to_write(&self) -> Result<Arc<Keyring>, VaultError> {
        self.held_keys().keyring_to_write(self.now())
    }

    /// The keys of indexes, tokens, secrets of the system and signatures.
    pub(crate) fn lasting(&self) -> Arc<LastingKeys> {
        self.held_keys().lasting()
    }

    /// Opens each keyring anew if it is time to, off the threads that serve; lets go of one that is too old.
    /// To be called every few seconds.
    ///
    /// # Errors
    /// `CannotUnseal`, with the reason for the log: what is held still counts until it is too old.
    pub async fn renew_keys(&self) -> Result<(), VaultError> {
        let mut first = Ok(());
        for zone in self.key_places() {
            // One zone whose keys do not open keeps no other waiting.
            let renewed = self.renew_keys_of(zone).await;
            if first.is_ok() {
                first = renewed;
            }
        }
        first
    }

    async fn renew_keys_of(&self, zone: Option<&str>) -> Result<(), VaultError> {
        let now = self.now();
        if !self.held_by(zone)?.is_due(now) {
            return Ok(());
        }
        let (vault, of) = (self.clone(), zone.map(str::to_owned));
        let opened =
            tokio::task::spawn_blocking(move || vault.held_by(of.as_deref())?.reopen(now)).await;
        opened.map_err(|_| VaultError::CannotUnseal("opening the keys panicked".into()))??;
        let why = self.held_by(zone)?.read().why.clone();
        why.map_or(Ok(()), |why| Err(VaultError::CannotUnseal(why)))
    }

    /// Whose keys there are: the deployment's own (`None`), and those of each zone apart.
    pub(crate) fn key_places(&self) -> impl Iterator<Item = Option<&str>> {
        std::iter::once(None).chain(self.apart().all().map(|zone| Some(zone.name.as_str())))
    }

    /// What holds the keys of the deployment, or of a zone apart.
    ///
    /// # Errors
    /// `Store` if the zone is not here.
    pub(crate) fn held_by(&self, zone: Option<&str>) -> Result<&Held, VaultError> {
        match zone {
            None => Ok(self.held_keys()),
            Some(zone) => Ok(&self.zone(zone)?.keys),
        }
    }

    /// Whether customers' values can be opened now.
    ///
    /// # Errors
    /// `CannotUnseal`.
    pub fn unsealed(&self) -> Result<(), VaultError> {
        self.keyring_to_write().map(drop)
    }

    /// Gives `error` back, unless the keys held now are others than `seen`: then the caller looks again.
    pub(crate) async fn unless_newer_keys(
        &self,
        seen: &Keyrings,
        error: VaultError,
    ) -> Result<(), VaultError> {
        self.refresh().await?;
        if seen.is_same(&self.keyrings(&seen.zones())?) {
            Err(error)
        } else {
            Ok(())
        }
    }

    /// Takes note of the epoch that the store says keys are wrapped in, of the deployment's own keys or of
    /// those of a zone apart. One that the keyring here does not know makes it look into the key folder again.
    pub(crate) async fn notice_epoch(&self, zone: Option<&str>, epoch: u32) {
        let Ok(held) = self.held_by(zone) else {
            return;
        };
        // Killed between the key folder and the store: what was begun is told now.
        if let Some(keyring) = held.fresh(self.now())
            && keyring.current_epoch() > epoch
        {
            self.adopt(&Caller::operator(), zone, &keyring).await.ok();
            return;
        }
        if held.knows(epoch, self.now()) {
            return;
        }
        {
            let mut now = held.now.write().unwrap_or_else(PoisonError::into_inner);
            now.newer = Some(epoch);
        }
        self.renew_keys_of(zone).await.ok();
        if !held.knows(epoch, self.now()) {
            let why = "the keyring is older than the data: copy the newer one here";
            held.fail(self.now(), why, false);
        }
    }
}

/// The keyring is older than the data.
pub(crate) fn older_than_data(epoch: u32) -> VaultError {
    let why = format!("the keyring does not know epoch {epoch}: it is older than the data");
    VaultError::CannotUnseal(why.into())
}

/// A keyring is opened anew after so long.
const RENEWED_SECONDS: i64 = KEYS_HELD_SECONDS - 60;

/// After a failure nobody tries again for so long: a passphrase costs time to stretch, and tokens count.
const PAUSE_SECONDS: i64 = 5;
