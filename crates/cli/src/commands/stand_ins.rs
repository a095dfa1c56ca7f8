//! What takes the place of what is found: pseudonyms under a key of one's own or the server's.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rand_core::Rng;
use shouxin_client::Client;
use shouxin_deid::Pseudonyms;
use shouxin_detect::{Hit, Replace};
use shouxin_model::{FieldKind, Suite};
use shouxin_vault::World;
use shouxin_vault::detection::{label, plain_value};
use shouxin_vault::world::Machine;
use shouxin_wire::pseudonyms::{PseudonymRequest, PseudonymValue};

use crate::fault::Fault;
use crate::private;

/// Pseudonyms under the key of a file.
#[derive(Debug)]
pub(crate) struct Keyed(Pseudonyms);

impl Keyed {
    /// With the key in this file, which only its owner may read: 64 hexadecimal digits.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let text = private::read(path)?.ok_or_else(|| {
            Fault::file(path, &std::io::Error::from(std::io::ErrorKind::NotFound))
        })?;
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok();
        let key: [u8; 32] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            let path = path.display();
            Fault::unable(
                format!("{path} 不是密钥：应为 64 个小写十六进制数字。可用 --new-key-file 新建一个"),
                format!("{path} is no key: it holds 64 hexadecimal digits in small letters. Make one with --new-key-file"),
            )
        })?;
        Ok(Self::of(&key))
    }

    /// With a new key, which is kept in this file. There must be none.
    pub(crate) fn make(path: &Path) -> Result<Self, Fault> {
        if path.exists() {
            let path = path.display();
            return Err(Fault::unable(
                format!("{path} 已存在。要使用其中的密钥，请用 --key-file"),
                format!("{path} exists. To use the key in it: --key-file"),
            ));
        }
        let mut key = [0; 32];
        Machine.dice().fill_bytes(&mut key);
        private::write(path, format!("{}\n", HEXLOWER.encode(&key)).as_bytes())?;
        Ok(Self::of(&key))
    }

    fn of(key: &[u8; 32]) -> Self {
        Self(Pseudonyms::new(Suite::International, key))
    }
}

impl Replace for Keyed {
    fn hit(&self, hit: &Hit, value: &str) -> String {
        let (kind, value) = plain_value(hit, value);
        self.0.of(kind, &value)
    }
}

/// Pseudonyms of the server, which can lead back there. The text is gone through twice: first to learn the
/// values, and once the server has given a pseudonym for each, to replace them.
#[derive(Debug, Default)]
pub(crate) struct Vaulted(Mutex<HashMap<(FieldKind, String), Option<String>>>);

impl Vaulted {
    /// Asks for a pseudonym for each value that was met and has none.
    pub(crate) async fn ask(&self, client: &Client) -> Result<(), Fault> {
        let wanted: Vec<(FieldKind, String)> = {
            let met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            met.iter()
                .filter(|(_, given)| given.is_none())
                .map(|(value, _)| value.clone())
                .collect()
        };
        for batch in wanted.chunks(MOST) {
            let values = batch.iter().map(|(kind, value)| PseudonymValue {
                kind: *kind,
                value: value.clone(),
            });
            let request = PseudonymRequest {
                values: values.collect(),
            };
            let answer = client.give_pseudonyms(&request).await?;
            let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (value, pseudonym) in batch.iter().zip(answer.pseudonyms) {
                met.insert(value.clone(), Some(pseudonym));
            }
        }
        Ok(())
    }
}

/// The most values that the server takes at once, and the longest, in characters.
const MOST: usize = 1000;
const LONGEST: usize = 500;

impl Replace for Vaulted {
    fn hit(&self, hit: &Hit, value: &str) -> String {
        let value = plain_value(hit, value);
        if value.1.trim().is_empty() || value.1.chars().count() > LONGEST {
            return label(hit);
        }
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let given = met.entry(value).or_default();
        given.clone().unwrap_or_else(|| label(hit))
    }
}
