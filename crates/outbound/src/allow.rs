//! Where this deployment may send to: named hosts, and addresses that are not public only if named themselves.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use serde::Deserialize;

use crate::address::unfit;

/// The hosts that may be called. Empty: none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct AllowList {
    origins: BTreeSet<Origin>,
    addresses: BTreeSet<IpAddr>,
}

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Origin {
    plain: bool,
    host: String,
    port: u16,
}

/// An entry that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}: an allowed host is written as name, name:port, https://name or http://name:port, without a path"
)]
pub struct AllowError(pub String);

/// Where a webhook goes: an `https://` address, or an `http://` one that the allow-list names as such. Written
/// in its one spelling; without a user, a password or a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is no endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is no `https://` or `http://` address in its usual spelling, or names a user, a password or a fragment.
    #[error(
        "an endpoint is written https://host/path, in its usual spelling, without user or fragment"
    )]
    Spelling,
    /// The allow-list does not name its host (for `http://`: not with `http://`).
    #[error("the allow-list of this deployment does not name this host")]
    NotAllowed,
}

impl AllowList {
    /// The list with these entries: `crm.example.com`, `crm.example.com:8443`, `http://10.0.0.7:9000`. Without a
    /// scheme an entry stands for `https://`; an entry that is an IP address also lets names lead to it.
    ///
    /// # Errors
    /// [`AllowError`] with the first entry that is none.
    pub fn new<'e>(entries: impl IntoIterator<Item = &'e str>) -> Result<Self, AllowError> {
        let mut list = Self::default();
        for entry in entries {
            let origin = Origin::of_entry(entry).ok_or_else(|| AllowError(entry.to_owned()))?;
            let bare = origin.host.trim_matches(['[', ']']);
            list.addresses.extend(bare.parse::<IpAddr>().ok());
            list.origins.insert(origin);
        }
        Ok(list)
    }

    /// The endpoint that a text names, if it may be called.
    ///
    /// # Errors
    /// [`EndpointError`].
    pub fn endpoint(&self, text: &str) -> Result<Endpoint, EndpointError> {
        let url = Url::parse(text).map_err(|_| EndpointError::Spelling)?;
        let unadorned = url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
            && text.len() <= LONGEST;
        // A host in another spelling (octal, decimal, upper case, full-width) is not taken: whoever reads the
        // list must see where it leads.
        let usual = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
        if !unadorned || !usual || url.port() == Some(0) {
            return Err(EndpointError::Spelling);
        }
        let origin = Origin::of(&url).ok_or(EndpointError::Spelling)?;
        if !self.origins.contains(&origin) {
            return Err(EndpointError::NotAllowed);
        }
        Ok(Endpoint(url))
    }

    /// Whether a connection to this address may be opened.
    pub fn permits(&self, address: IpAddr) -> bool {
        unfit(address).is_none() || self.addresses.contains(&address)
    }
}

impl Endpoint {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.0
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }
}

impl Origin {
    fn of_entry(entry: &str) -> Option<Self> {
        let full = if entry.contains("://") {
            entry.to_owned()
        } else {
            format!("https://{entry}")
        };
        let url = Url::parse(&full).ok()?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let usual = url.as_str().strip_suffix('/') == Some(full.trim_end_matches('/'))
            // A port that goes without saying may be said.
            || full.ends_with(":443") || full.ends_with(":80");
        let origin = Self::of(&url).filter(|_| bare && usual)?;
        let lettered = |c: char| c.is_ascii_alphanumeric() || "-.[]:".contains(c);
        origin.host.chars().all(lettered).then_some(origin)
    }

    fn of(url: &Url) -> Option<Self> {
        let plain = match url.scheme() {
            "http" => true,
            "https" => false,
            _ => return None,
        };
        Some(Self {
            plain,
            host: url.host_str().filter(|host| !host.is_empty())?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }
}

impl TryFrom<Vec<String>> for AllowList {
    type Error = AllowError;

    fn try_from(entries: Vec<String>) -> Result<Self, AllowError> {
        Self::new(entries.iter().map(String::as_str))
    }
}

impl FromStr for AllowList {
    type Err = AllowError;

    /// Entries with commas or spaces between.
    fn from_str(text: &str) -> Result<Self, AllowError> {
        Self::new(text.split([',', ' ']).filter(|entry| !entry.is_empty()))
    }
}

const LONGEST: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use EndpointError::{NotAllowed, Spelling};

    fn check(allow: &str, endpoint: &str, expected: Result<(), EndpointError>) {
        let list: AllowList = allow.parse().unwrap();
        let found = list.endpoint(endpoint).map(drop);
        assert_eq!(found, expected, "{allow} / {endpoint}");
    }

    #[test]
    fn only_what_is_named_may_be_called_and_plain_only_where_it_says_so() {
        let allow =
            "crm.example.com, crm.example.com:8443, http://10.0.0.7:9000, http://[::1]:9000";
        check(allow, "https://crm.example.com/hook", Ok(()));
        check(allow, "https://crm.example.com", Ok(()));
        check(allow, "https://crm.example.com/hook?tenant=7", Ok(()));
        check(allow, "https://crm.example.com:8443/hook", Ok(()));
        check(allow, "https://crm.example.com:9443/hook", Err(NotAllowed));
        check(allow, "http://crm.example.com/hook", Err(NotAllowed));
        check(allow, "https://evil.example.com/hook", Err(NotAllowed));
        check(allow, "https://crm.example.com.evil.com/", Err(NotAllowed));
        check(allow, "http://10.0.0.7:9000/hook", Ok(()));
        check(allow, "https://10.0.0.7:9000/hook", Err(NotAllowed));
        check(allow, "http://10.0.0.8:9000/hook", Err(NotAllowed));
        check(allow, "http://[::1]:9000/hook", Ok(()));
        check("", "https://crm.example.com/", Err(NotAllowed));
    }

    #[test]
    fn other_spellings_of_an_address_are_refused_even_where_it_is_allowed() {
        let allow = "http://127.0.0.1, https://crm.example.com";
        check(allow, "http://127.0.0.1/", Ok(()));
        for spelling in [
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.1/",
            "http://127.0.1/",
            "http://１２７.0.0.1/",
            "http://127。0。0。1/",
            "http://127.0.0.1./",
            "https://CRM.example.com/",
            "https://crm%2eexample.com/",
            "https://user@crm.example.com/",
            "https://user:word@crm.example.com/",
            "https://crm.example.com/#part",
            "https://crm.example.com\\@evil.com/",
            "https:crm.example.com/",
            "//crm.example.com/",
            "crm.example.com/hook",
            "",
        ] {
            check(allow, spelling, Err(Spelling));
        }
        for (other, why) in [
            ("http://[::ffff:127.0.0.1]/", Spelling),
            ("http://[::ffff:7f00:1]/", NotAllowed),
            ("ftp://crm.example.com/", Spelling),
            ("file:///etc/passwd", Spelling),
        ] {
            check(allow, other, Err(why));
        }
    }

    #[test]
    fn an_address_that_is_not_public_needs_its_own_name() {
        let list: AllowList = "crm.example.com, http://127.0.0.1:9000, [fd00::7]"
            .parse()
            .unwrap();
        for (address, permitted) in [
            ("1.1.1.1", true),
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("::ffff:127.0.0.1", false),
            ("10.0.0.1", false),
            ("169.254.169.254", false),
            ("fd00::7", true),
            ("fd00::8", false),
            ("2606:4700::1111", true),
        ] {
            assert_eq!(
                list.permits(address.parse().unwrap()),
                permitted,
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_no_host_is_no_entry() {
        for entry in [
            "https://crm.example.com/path",
            "crm.example.com?x",
            "ftp://crm.example.com",
            "https://user@crm.example.com",
            "0x7f.1",
            "CRM.example.com",
            "https://",
            "*",
        ] {
            assert!(AllowList::new([entry]).is_err(), "{entry}");
        }
        assert!(AllowList::new(["crm.example.com:443", "http://crm.example.com:80"]).is_ok());
    }
}
