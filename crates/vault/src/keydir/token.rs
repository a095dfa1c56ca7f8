//! A root that a PKCS#11 token wraps: the key that wraps it never leaves the token.
//!
//! The module is loaded when it is needed, so that the program needs no such library to be built or to
//! run without a token.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use rand_core::CryptoRng;
use shouxin_seal::{Root, TokenHeader};
use zeroize::Zeroizing;

use super::Phrase;

/// How a token is reached.
#[derive(Clone, Debug)]
pub struct TokenAccess {
    /// The module: a shared library that speaks PKCS#11.
    pub module: PathBuf,
    /// The user's PIN.
    pub pin: Phrase,
}

/// Why a token did not open or wrap a root. Tells nothing of the PIN.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The root rests on a token, and no module was named.
    #[error(
        "the root rests on the token {0}: name its PKCS#11 module (pkcs11.module) and give its PIN"
    )]
    NotNamed(String),
    /// The module cannot be loaded.
    #[error("the PKCS#11 module {0} cannot be loaded")]
    Module(PathBuf),
    /// No slot holds a token of this label.
    #[error("no slot of the PKCS#11 module holds a token labelled {0}")]
    NoToken(String),
    /// The PIN is not right, or is locked. Not tried again: tokens lock themselves after a few tries.
    #[error("the token {0} refuses the PIN, or has locked it")]
    Pin(String),
    /// The token has no such key, or several.
    #[error("the token {token} holds {found} keys labelled {key} of the wanted id, not one")]
    Key {
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
        /// How many there are.
        found: usize,
    },
    /// The token's key does not open what the root file holds.
    #[error("cannot unseal: the token's key does not open the root file")]
    CannotUnseal,
    /// The token failed otherwise.
    #[error("the token failed in {0}")]
    Failed(String),
}

/// Wraps `root` by a fresh AES key of 256 bits, made on the token and never leaving it.
///
/// # Errors
/// [`TokenError`].
pub(super) fn wrap(
    access: &TokenAccess,
    pin: &str,
    token: &str,
    key: &str,
    root: &Root,
    rng: &mut impl CryptoRng,
) -> Result<TokenHeader, TokenError> {
    let mut id = vec![0; 16];
    rng.fill_bytes(&mut id);
    let desk = Desk::open(access, pin, token, true)?;
    let handle = desk.session.generate_key(
        &Mechanism::AesKeyGen,
        &[
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::ValueLen(32.into()),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::Label(key.as_bytes().to_vec()),
            Attribute::Id(id.clone()),
        ],
    );
    let handle = handle.map_err(failed)?;
    // A fresh key seals one nonce, ever.
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let mut sealed = nonce.to_vec();
    let params = GcmParams::new(&mut nonce, CONTEXT, 128.into()).map_err(failed)?;
    let secret = root.to_bytes();
    let body = desk
        .session
        .encrypt(&Mechanism::AesGcm(params), handle, &*secret);
    sealed.extend(body.map_err(failed)?);
    Ok(TokenHeader {
        token: token.to_owned(),
        key: key.to_owned(),
        id,
        sealed,
    })
}

/// The root that the token's key wraps. Wiped on drop: hold it no longer than the keyring takes to open.
///
/// # Errors
/// [`TokenError`].
pub(super) fn unwrap(
    access: &TokenAccess,
    pin: &str,
    header: &TokenHeader,
) -> Result<Root, TokenError> {
    let desk = Desk::open(access, pin, &header.token, false)?;
    let handle = desk.key(header)?;
    let (nonce, body) = header
        .sealed
        .split_at_checked(NONCE)
        .ok_or(TokenError::CannotUnseal)?;
    let mut nonce = nonce.to_vec();
    let params = GcmParams::new(&mut nonce, CONTEXT, 128.into()).map_err(failed)?;
    let secret = match desk
        .session
        .decrypt(&Mechanism::AesGcm(params), handle, body)
    {
        Ok(secret) => Zeroizing::new(secret),
        Err(Error::Pkcs11(
            RvError::EncryptedDataInvalid | RvError::EncryptedDataLenRange | RvError::GeneralError,
            _,
        )) => return Err(TokenError::CannotUnseal),
        Err(error) => return Err(failed(error)),
    };
    let bytes = secret[..].try_into();
    Ok(Root::from_bytes(
        bytes.map_err(|_| TokenError::CannotUnseal)?,
    ))
}

/// Destroys the key that wraps what `header` holds: no copy of that root file opens again.
///
/// # Errors
/// [`TokenError`].
pub(super) fn destroy(
    access: &TokenAccess,
    pin: &str,
    header: &TokenHeader,
) -> Result<(), TokenError> {
    let desk = Desk::open(access, pin, &header.token, true)?;
    let handle = desk.key(header)?;
    desk.session.destroy_object(handle).map_err(failed)
}

/// A session of the user with one token. One at a time: a sign-in counts for the whole program.
struct Desk {
    session: Session,
    _turn: MutexGuard<'static, Modules>,
}

type Modules = BTreeMap<PathBuf, Pkcs11>;

/// The modules loaded so far, each initialised.
static MODULES: Mutex<Modules> = Mutex::new(BTreeMap::new());

impl Desk {
    fn open(
        access: &TokenAccess,
        pin: &str,
        token: &str,
        writing: bool,
    ) -> Result<Self, TokenError> {
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        let known = modules.remove(&access.module);
        let was_known = known.is_some();
        let mut module = match known {
            Some(module) => module,
            None => load(&access.module)?,
        };
        let mut slot = slot_of(&module, token)?;
        if slot.is_none() && was_known {
            // Some modules look for tokens when they are initialised and never again. Nobody else has a
            // session: whoever has one has the turn.
            module.finalize().map_err(failed)?;
            module = load(&access.module)?;
            slot = slot_of(&module, token)?;
        }
        modules.insert(access.module.clone(), module.clone());
        let slot = slot.ok_or_else(|| TokenError::NoToken(token.to_owned()))?;
        let session = if writing {
            module.open_rw_session(slot)
        } else {
            module.open_ro_session(slot)
        };
        let session = session.map_err(failed)?;
        let pin = AuthPin::from(pin.to_owned());
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(Error::Pkcs11(
                RvError::PinIncorrect
                | RvError::PinLocked
                | RvError::PinExpired
                | RvError::PinInvalid
                | RvError::PinLenRange,
                _,
            )) => return Err(TokenError::Pin(token.to_owned())),
            Err(error) => return Err(failed(error)),
        }
        Ok(Self {
            session,
            _turn: modules,
        })
    }

    fn key(&self, header: &TokenHeader) -> Result<ObjectHandle, TokenError> {
        let wanted = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::Label(header.key.as_bytes().to_vec()),
            Attribute::Id(header.id.clone()),
        ];
        let found = self.session.find_objects(&wanted).map_err(failed)?;
        match found[..] {
            [key] => Ok(key),
            _ => Err(TokenError::Key {
                token: header.token.clone(),
                key: header.key.clone(),
                found: found.len(),
            }),
        }
    }
}

/// The slot that holds the token of this label.
fn slot_of(module: &Pkcs11, token: &str) -> Result<Option<Slot>, TokenError> {
    let slots = module.get_slots_with_token().map_err(failed)?;
    // A slot may lose its token between the two calls.
    let holds = |slot: &Slot| {
        let of = module.get_token_info(*slot);
        of.is_ok_and(|of| of.label().trim_end() == token)
    };
    Ok(slots.into_iter().find(holds))
}

fn load(path: &Path) -> Result<Pkcs11, TokenError> {
    let module = Pkcs11::new(path).map_err(|_| TokenError::Module(path.to_path_buf()))?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(module),
        Err(error) => Err(failed(error)),
    }
}

/// Only which call failed and how: the rest of a message may repeat what was given.
fn failed(error: Error) -> TokenError {
    TokenError::Failed(match error {
        Error::Pkcs11(value, function) => format!("{function}: {value:?}"),
        _ => "the PKCS#11 library".to_owned(),
    })
}

const NONCE: usize = 12;
const CONTEXT: &[u8] = b"shouxin/root/token/v1";
