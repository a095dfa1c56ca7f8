//! How many requests are taken, from whom; and who is cut for walking ids.

mod rate;
mod walk;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use shouxin_model::{ApiKeyId, Moment};

use rate::{Rate, Watch};
use walk::Walks;

/// Rates per caller and address. Everything it remembers has a bound, whoever calls.
#[derive(Debug)]
pub struct Limits {
    watch: Watch,
    addresses: Rate<IpAddr>,
    sign_ins: Rate<IpAddr>,
    pages: Rate<IpAddr>,
    people: Rate<String>,
    guesses: Rate<String>,
    nobody: Rate<()>,
    blocked: Rate<IpAddr>,
    codes: Rate<IpAddr>,
    contacts: Rate<String>,
    // One limiter for each rate that some key has: a key's rate is part of its scopes.
    keys: Mutex<HashMap<u32, Arc<Rate<ApiKeyId>>>>,
    walks: Walks,
}

/// How many requests are taken in a minute; as many at once.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// From one address (of IPv6: one /64), unless an API key with a rate of its own came with them.
    pub address_per_minute: NonZeroU32,
    /// Sign-ins and activations from one address.
    pub sign_in_per_minute: NonZeroU32,
    /// Words said on public pages from one address: choices of the widget, answers at the counter.
    pub page_per_minute: NonZeroU32,
    /// From one person.
    pub person_per_minute: NonZeroU32,
    /// Passwords and codes that one signed-in person tries.
    pub guess_per_minute: NonZeroU32,
    /// Refused sign-ins of accounts that cannot sign in at all which the ledger takes.
    pub nobody_per_minute: NonZeroU32,
    /// Requests from one address that the guard refuses with its own answer; further ones wait.
    pub blocked_per_minute: NonZeroU32,
    /// One-time codes of the privacy centre that one address asks for or tries.
    pub code_per_minute: NonZeroU32,
    /// One-time codes that are asked for with one contact, whether anybody has it or not.
    pub contact_per_minute: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            address_per_minute: rate(6000),
            sign_in_per_minute: rate(30),
            page_per_minute: rate(60),
            person_per_minute: rate(1200),
            guess_per_minute: rate(10),
            nobody_per_minute: rate(60),
            blocked_per_minute: rate(60),
            code_per_minute: rate(20),
            contact_per_minute: rate(3),
        }
    }
}

/// How long to wait before the next request is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Whole seconds, at least one.
    pub seconds: u64,
}

impl Limits {
    /// Limits with these rates, by this clock.
    pub fn new(rates: Rates, clock: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        let watch = Watch::new(clock);
        Self {
            addresses: Rate::new(rates.address_per_minute, &watch),
            sign_ins: Rate::new(rates.sign_in_per_minute, &watch),
            pages: Rate::new(rates.page_per_minute, &watch),
            people: Rate::new(rates.person_per_minute, &watch),
            guesses: Rate::new(rates.guess_per_minute, &watch),
            nobody: Rate::new(rates.nobody_per_minute, &watch),
            blocked: Rate::new(rates.blocked_per_minute, &watch),
            codes: Rate::new(rates.code_per_minute, &watch),
            contacts: Rate::new(rates.contact_per_minute, &watch),
            keys: Mutex::default(),
            walks: Walks::default(),
            watch,
        }
    }

    /// Takes a request from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn address(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        self.addresses.take(address.map(household))
    }

    /// Takes a sign-in or activation from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn sign_in(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        self.sign_ins.take(address.map(household))
    }

    /// Takes a word said on a public page from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn page(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        self.pages.take(address.map(household))
    }

    /// Takes a request of this person, by the name in ledger entries.
    ///
    /// # Errors
    /// How long to wait.
    pub fn person(&self, actor: &str) -> Result<(), Wait> {
        self.people.take(Some(actor.to_owned()))
    }

    /// Takes a password or code that this signed-in person tries.
    ///
    /// # Errors
    /// How long to wait.
    pub fn guess(&self, actor: &str) -> Result<(), Wait> {
        self.guesses.take(Some(actor.to_owned()))
    }

    /// Whether the ledger takes one more refused sign-in that no account answers for.
    pub fn nobody(&self) -> bool {
        self.nobody.take(Some(())).is_ok()
    }

    /// Takes a request from this address that the guard refuses.
    ///
    /// # Errors
    /// How long to wait.
    pub fn blocked(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        self.blocked.take(address.map(household))
    }

    /// Takes the wish for a one-time code, or a try of one, from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn code(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        self.codes.take(address.map(household))
    }

    /// Takes the wish for a one-time code to this contact, by a digest of it.
    ///
    /// # Errors
    /// How long to wait.
    pub fn contact(&self, digest: &str) -> Result<(), Wait> {
        self.contacts.take(Some(digest.to_owned()))
    }

    /// Takes a request of this key, at its own rate.
    ///
    /// # Errors
    /// How long to wait.
    pub fn key(&self, key: ApiKeyId, per_minute: u32) -> Result<(), Wait> {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let rate = {
            let mut rates = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            let rate = rates.entry(per_minute.get());
            rate.or_insert_with(|| Arc::new(Rate::new(per_minute, &self.watch)))
                .clone()
        };
        rate.take(Some(key))
    }

    /// Notes that this caller, by the name in ledger entries, asked for an id that does not exist. More
    /// than twenty in ten minutes, and the gate refuses the caller for ten.
    pub fn missed(&self, actor: &str) {
        self.walks.missed(actor, self.watch.moment());
    }

    /// Refuses a caller who is cut for walking ids. The gate asks this before any operation.
    ///
    /// # Errors
    /// For how long.
    pub fn walking(&self, actor: &str) -> Result<(), Wait> {
        self.walks.check(actor, self.watch.moment())
    }

    /// Whether a cut of this caller was not told before: the ledger takes one entry for each cut.
    pub fn first_told(&self, actor: &str) -> bool {
        self.walks.first_told(actor)
    }
}

/// The part of an address that one household or office holds: all of IPv4, the first 64 bits of IPv6.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn limits() -> (Limits, Arc<AtomicI64>) {
        let seconds = Arc::new(AtomicI64::new(1_795_000_000));
        let clock = seconds.clone();
        let rates = Rates {
            sign_in_per_minute: NonZeroU32::new(3).unwrap(),
            ..Rates::default()
        };
        (
            Limits::new(rates, move || {
                Moment::from_seconds(clock.load(Ordering::Relaxed))
            }),
            seconds,
        )
    }

    #[test]
    fn an_address_has_its_rate_and_gets_one_more_when_its_time_has_come() {
        let (limits, clock) = limits();
        let home = Some("2001:db8::1".parse().unwrap());
        let same_home = Some("2001:db8::2".parse().unwrap());
        let other_home = Some("2001:db8:0:1::1".parse().unwrap());
        assert!((0..3).all(|_| limits.sign_in(home).is_ok()));
        assert_eq!(limits.sign_in(same_home), Err(Wait { seconds: 20 }));
        assert_eq!(limits.sign_in(other_home), Ok(()));
        clock.fetch_add(20, Ordering::Relaxed);
        assert_eq!(limits.sign_in(same_home), Ok(()));
        assert_eq!(limits.sign_in(home), Err(Wait { seconds: 20 }));
    }

    #[test]
    fn each_key_has_a_rate_of_its_own() {
        let (limits, _) = limits();
        let key = |n| ApiKeyId::from_bytes([n; 16]);
        assert_eq!(limits.key(key(1), 1), Ok(()));
        assert_eq!(limits.key(key(1), 1), Err(Wait { seconds: 60 }));
        assert_eq!(limits.key(key(2), 1), Ok(()));
        assert!((0..100).all(|_| limits.key(key(3), 100).is_ok()));
    }

    #[test]
    fn who_walks_ids_is_cut_for_ten_minutes_and_told_once() {
        let (limits, clock) = limits();
        (0..20).for_each(|_| limits.missed("stf_a"));
        assert_eq!(limits.walking("stf_a"), Ok(()));
        limits.missed("stf_a");
        assert_eq!(limits.walking("stf_a"), Err(Wait { seconds: 600 }));
        assert!(limits.first_told("stf_a") && !limits.first_told("stf_a"));
        assert_eq!(limits.walking("stf_b"), Ok(()));
        clock.fetch_add(599, Ordering::Relaxed);
        assert_eq!(limits.walking("stf_a"), Err(Wait { seconds: 1 }));
        clock.fetch_add(1, Ordering::Relaxed);
        assert_eq!(limits.walking("stf_a"), Ok(()));
    }

    #[test]
    fn misses_over_a_whole_day_cut_nobody() {
        let (limits, clock) = limits();
        for _ in 0..200 {
            limits.missed("stf_a");
            clock.fetch_add(31, Ordering::Relaxed);
        }
        assert_eq!(limits.walking("stf_a"), Ok(()));
    }
}
