//! Argon2id.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::Rng;
use serde::Deserialize;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::normalise;

/// What hashing one password costs.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// How many passwords are hashed at the same time; others wait.
    pub at_once: usize,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            at_once: 4,
        }
    }
}

/// Hashes passwords, a few at a time and away from the threads that answer requests.
#[derive(Debug)]
pub struct Hasher {
    argon: Argon2<'static>,
    turns: Arc<Semaphore>,
    nobody: String,
}

/// The password could not be hashed: the machine is out of memory or shutting down.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

impl Hasher {
    /// A hasher at this cost. A cost that Argon2 does not know becomes the default.
    pub fn new(cost: Cost) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).unwrap_or(Params::DEFAULT);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // No password leads to these bytes; checking one against them costs what any other costs.
        let nobody = argon.hash_password_with_salt(b"", &[0; SALT]).map(|hash| {
            let text = hash.to_string();
            text.rsplit_once('$')
                .map(|(head, _)| format!("{head}${}", "A".repeat(43)))
                .unwrap_or(text)
        });
        let nobody = nobody.unwrap_or_default();
        Self {
            argon,
            turns: Arc::new(Semaphore::new(cost.at_once.max(1))),
            nobody,
        }
    }

    /// The hash of a password, as a PHC text.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn hash(&self, password: &str, dice: &mut impl Rng) -> Result<String, HashError> {
        let mut salt = [0; SALT];
        dice.fill_bytes(&mut salt);
        self.work(password, move |argon, password| {
            argon
                .hash_password_with_salt(password, &salt)
                .map(|hash| hash.to_string())
                .map_err(|_| HashError)
        })
        .await?
    }

    /// Whether this is the password of the hash. Without a hash it is not, after the same time.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, HashError> {
        let hash = hash
            .filter(|hash| !hash.is_empty())
            .unwrap_or(&self.nobody)
            .to_owned();
        self.work(password, move |argon, password| {
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|hash| argon.verify_password(password, &hash).is_ok())
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        password: &str,
        work: impl FnOnce(&Argon2<'static>, &[u8]) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        // A password of any length costs the same: what is cut off here was never accepted.
        let password: Zeroizing<String> =
            Zeroizing::new(password.chars().take(LONGEST_TRIED).collect());
        let password = normalise(&password);
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| HashError)?;
        let argon = self.argon.clone();
        let work = move || {
            let result = work(&argon, password.as_bytes());
            drop(turn);
            result
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| HashError)
    }
}

const SALT: usize = 16;
const LONGEST_TRIED: usize = 1000;

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(Cost {
            memory_kib: 64,
            passes: 1,
            at_once: 2,
        })
    }

    #[tokio::test]
    async fn a_password_opens_its_own_hash_from_every_keyboard() {
        let mut dice = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let hash = hasher().hash("Vb7 tolk marun", &mut dice).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert!(
            hasher()
                .verify("Vb7 tolk marun", Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            hasher()
                .verify("Ｖｂ７ tolk marun", Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !hasher()
                .verify("vb7 tolk marun", Some(&hash))
                .await
                .unwrap()
        );
        assert_ne!(
            hasher().hash("Vb7 tolk marun", &mut dice).await.unwrap(),
            hash
        );
    }

    #[tokio::test]
    async fn nobodys_hash_is_hashed_like_any_other_and_opens_for_nothing() {
        let hasher = hasher();
        assert!(PasswordHash::new(&hasher.nobody).unwrap().hash.is_some());
        for password in ["", "Vb7 tolk marun"] {
            assert!(!hasher.verify(password, None).await.unwrap());
            assert!(!hasher.verify(password, Some("")).await.unwrap());
        }
    }

    #[test]
    fn the_default_cost_is_owasps() {
        assert!(
            Hasher::new(Cost::default())
                .nobody
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
    }
}
