//! What ought to be true: plain maps, changed by acts in the order of their ledger entries.

use std::collections::BTreeMap;

use crate::acts::Deed;

/// A person by pseudonym, and what is known of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Model(pub(crate) BTreeMap<[u8; 16], Person>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) mobile: String,
    /// Number to status and assignee.
    pub(crate) orders: BTreeMap<String, (String, String)>,
    /// The word about marketing.
    pub(crate) consent: Option<String>,
    pub(crate) restricted: bool,
}

impl Model {
    /// What the deed does to the person whom its entry names. `nth` counts the deed's own entries.
    pub(crate) fn apply(&mut self, pseudonym: [u8; 16], deed: &Deed, nth: usize) {
        let person = self.0.entry(pseudonym).or_default();
        match deed {
            Deed::New {
                name,
                mobile,
                number,
            } => {
                person.name.clone_from(name);
                person.mobile.clone_from(mobile);
                let order = ("booked".to_owned(), "li.na".to_owned());
                person.orders.insert(number.clone(), order);
            }
            Deed::Rename { name, .. } => person.name.clone_from(name),
            Deed::Case { number, status, .. } => {
                let order = person.orders.get_mut(number).expect("the order is there");
                order.0.clone_from(status);
            }
            Deed::Consent { given, .. } => {
                let word = if *given { "given" } else { "withdrawn" };
                person.consent = Some(word.to_owned());
            }
            Deed::Restrict { on, .. } => {
                assert_ne!(person.restricted, *on, "restricted twice, or freed twice");
                person.restricted = *on;
            }
            Deed::Import { rows } => {
                // A file whose end nobody heard of is fed again.
                let (name, mobile) = &rows[nth % rows.len()];
                person.name.clone_from(name);
                person.mobile.clone_from(mobile);
            }
            _ => panic!("{deed:?} changes nobody"),
        }
        let of_mobile = self.0.values().filter(|p| !p.mobile.is_empty());
        let mut mobiles: Vec<&str> = of_mobile.map(|p| p.mobile.as_str()).collect();
        mobiles.sort_unstable();
        assert!(
            mobiles.windows(2).all(|pair| pair[0] != pair[1]),
            "two people have one mobile number"
        );
    }

    /// Whether marketing may see the person.
    pub(crate) fn may_be_marketed(&self, pseudonym: &[u8; 16]) -> bool {
        self.0
            .get(pseudonym)
            .is_some_and(|p| p.consent.as_deref() == Some("given") && !p.restricted)
    }

    /// Whether an open order ties li.na to the person.
    pub(crate) fn is_tied(&self, pseudonym: &[u8; 16]) -> bool {
        self.0.get(pseudonym).is_some_and(|p| {
            !p.restricted && p.orders.values().any(|(status, _)| status != "closed")
        })
    }
}
