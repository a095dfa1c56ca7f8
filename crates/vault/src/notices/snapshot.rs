//! The token that proves which notice was on the screen.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use subtle::ConstantTimeEq;

use super::Published;
use crate::{ShownNotice, Vault};

/// Why a token is no proof of what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It was not made here, or it was altered.
    #[error("the token was not made here")]
    Forged,
    /// The page was open for too long.
    #[error("the notice was shown too long ago: show it again")]
    Stale,
    /// Another version is in force by now.
    #[error("another version of the notice is in force: show that one")]
    Superseded,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    notice: String,
    version: u32,
    hash: String,
    language: String,
    /// Microseconds since 1970-01-01T00:00:00Z.
    at: i64,
}

impl Vault {
    /// A token to be handed out with this notice, shown now in this language (`zh` or `en`): two parts of
    /// base64url, parted by a dot. It says nothing about whom it was shown to.
    pub fn snapshot(&self, notice: &Published, language: &str) -> String {
        let claim = Claim {
            notice: notice.name.clone(),
            version: notice.version,
            hash: HEXLOWER.encode(&notice.hash),
            language: language.to_owned(),
            at: self.now().micros(),
        };
        // Texts and numbers are JSON.
        let claim = serde_json::to_vec(&claim).unwrap_or_default();
        let mark = self.token_digest(CONTEXT, &claim);
        let [claim, mark] = [&claim[..], &mark].map(|bytes| BASE64URL_NOPAD.encode(bytes));
        format!("{claim}.{mark}")
    }

    /// What was shown to whoever holds this token.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn shown(&self, token: &str) -> Result<ShownNotice, SnapshotError> {
        let claim = self.snapshot_claim(token).ok_or(SnapshotError::Forged)?;
        let hash = HEXLOWER.decode(claim.hash.as_bytes()).ok();
        let hash: [u8; 32] = hash
            .and_then(|hash| hash.try_into().ok())
            .ok_or(SnapshotError::Forged)?;
        let Some(notice) = self.notice_in_force(&claim.notice) else {
            return Err(SnapshotError::Superseded);
        };
        if (notice.version, notice.hash) != (claim.version, hash) {
            return Err(SnapshotError::Superseded);
        }
        let (made, now) = (Moment::from_micros(claim.at), self.now());
        let seconds = i64::from(notice.bound.snapshot_hours) * 3_600;
        // A node whose clock is ahead made it a moment ago; more than that is no clock.
        if now < made.plus_seconds(-CLOCKS_DIFFER_SECONDS) || now >= made.plus_seconds(seconds) {
            return Err(SnapshotError::Stale);
        }
        Ok(ShownNotice {
            name: claim.notice,
            version: claim.version,
            hash,
            language: claim.language,
        })
    }

    fn snapshot_claim(&self, token: &str) -> Option<Claim> {
        if token.len() > LONGEST {
            return None;
        }
        let (claim, mark) = token.split_once('.')?;
        let claim = BASE64URL_NOPAD.decode(claim.as_bytes()).ok()?;
        let mark = BASE64URL_NOPAD.decode(mark.as_bytes()).ok()?;
        if !bool::from(mark.ct_eq(&self.token_digest(CONTEXT, &claim))) {
            return None;
        }
        let claim: Claim = serde_json::from_slice(&claim).ok()?;
        matches!(claim.language.as_str(), "zh" | "en").then_some(claim)
    }
}

/// What the digests of tokens are for.
const CONTEXT: &str = "notice snapshot";

/// Longer than any token made here: names have 60 bytes.
const LONGEST: usize = 1_000;

/// How far the clocks of two nodes may differ.
const CLOCKS_DIFFER_SECONDS: i64 = 120;
