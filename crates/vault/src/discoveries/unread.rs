//! What a scan could not read: nothing that stood there counts as gone.

use super::{Scan, Unread};
use crate::{Vault, VaultError};

impl Unread {
    /// Whether this place lies there, or may: a part `*` of a declared place is any.
    pub(super) fn holds(&self, path: &[String]) -> bool {
        let Some((last, above)) = self.path.split_last() else {
            return true;
        };
        let Some(place) = path.get(above.len()) else {
            return false;
        };
        let same = |(unread, place): (&String, &String)| place == "*" || is_same(unread, place);
        // Below a folder, or within a document: the parts of a file's path are one part here.
        let within = place
            .strip_prefix(last.as_str())
            .is_some_and(|rest| rest.starts_with('/') || rest.starts_with("!/"));
        above.iter().zip(path).all(same) && (same((last, place)) || within)
    }
}

/// Engines differ in whether they keep the case of letters.
fn is_same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

impl Scan {
    /// Whether something at this place may have gone unseen.
    pub(super) fn may_have_missed(&self, path: &[String]) -> bool {
        self.unread.iter().any(|one| one.holds(path))
    }
}

impl Vault {
    /// Names of files may tell of people: sealed, as those of places are.
    pub(super) fn seal_unread(&self, source: &str, all: &[Unread]) -> Result<Vec<u8>, VaultError> {
        let bytes = serde_json::to_vec(all).map_err(|_| VaultError::Corrupt("source"))?;
        Ok(self.seal_secret(&context(source), &bytes))
    }

    pub(super) fn open_unread(
        &self,
        source: &str,
        sealed: &[u8],
    ) -> Result<Vec<Unread>, VaultError> {
        let bytes = self.open_secret(&context(source), sealed)?;
        serde_json::from_slice(&bytes).map_err(|_| VaultError::Corrupt("source"))
    }
}

fn context(source: &str) -> String {
    format!("unread {source}")
}

#[cfg(test)]
mod tests {
    use super::Unread;

    #[test]
    fn what_lies_below_is_held_and_nothing_beside() {
        let path = |text: &str| -> Vec<String> {
            let parts = text.split('|').filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        for (unread, place, expected) in [
            ("public|secret", "public|secret|phone", true),
            ("public|secret", "PUBLIC|Secret|phone", true),
            ("public|secret", "public|secrets|phone", false),
            ("public|secret", "hr|secret|phone", false),
            ("public|secret", "public", false),
            ("public|secret", "public|*|phone", true),
            ("", "any|thing", true),
            ("a.xlsx", "a.xlsx|电话", true),
            ("mail.eml", "mail.eml!/list.csv|phone", true),
            ("客户", "客户/2024/a.csv|phone", true),
            ("客户", "客户资料.csv|phone", false),
            ("a/b.csv", "a", false),
        ] {
            let why = "damaged".to_owned();
            let unread_at = Unread {
                path: path(unread),
                why,
            };
            assert_eq!(unread_at.holds(&path(place)), expected, "{unread} {place}");
        }
    }
}
