//! The one call.

use std::sync::Arc;

use crate::cn::chars::Chars;
use crate::cn::simplified::simplified;
use crate::page::Page;
use crate::room::Room;
use crate::{
    Candidate, Hit, Kind, Normalised, Recognisers, cn, english, repeat, resolve, structured,
};

/// Which kinds are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All twenty kinds.
    #[default]
    All,
    /// All but names and addresses: only what has a shape. Many times as fast.
    Structured,
}

/// Finds personal information. Made once, then used from any number of threads.
#[derive(Clone, Debug, Default)]
pub struct Detector {
    scope: Scope,
    own: Option<Arc<Recognisers>>,
}

impl Detector {
    /// Finds every kind.
    pub fn new() -> Self {
        Self::with_scope(Scope::All)
    }

    /// Finds the kinds of this scope.
    pub const fn with_scope(scope: Scope) -> Self {
        Self { scope, own: None }
    }

    /// Finds what these recognise, too.
    #[must_use]
    pub fn with(self, own: Recognisers) -> Self {
        Self {
            own: Some(Arc::new(own)),
            ..self
        }
    }

    /// The personal information in `text`, by start, none overlapping. Linear in the text's length.
    pub fn detect(&self, text: &str) -> Vec<Hit> {
        let normalised = Normalised::of(text);
        let mut room = Room::take();
        let page = Page::of(normalised.as_str(), &mut room);
        let mut candidates = std::mem::take(&mut room.candidates);
        structured::find(&page, &mut room.run, &mut candidates);
        if let Some(own) = &self.own {
            own.find(normalised.as_str(), &mut candidates);
        }
        if self.scope == Scope::All {
            // Each sees what those before it found.
            let simple = simplified(normalised.as_str());
            let chars = Chars::of(&simple);
            add(&mut candidates, |seen, found| {
                english::address::find(&normalised, seen, found);
            });
            add(&mut candidates, |seen, found| {
                cn::address::find_in(&chars, seen, found);
            });
            add(&mut candidates, |seen, found| {
                english::person::find(&normalised, seen, found);
            });
            add(&mut candidates, |seen, found| {
                cn::person::find_in(&chars, seen, found);
            });
            // No name begins within a word that announces an account: 微 信 号.
            candidates.retain(|c| !(c.kind == Kind::Person && page.is_within_word(c.start)));
        }
        structured::birth::after_names(&page, &mut candidates);
        repeat::find(&page, &mut candidates);
        let hits = resolve::hits(&normalised, &page, &mut candidates);
        page.clear_into(&mut room);
        room.candidates = candidates;
        room.keep();
        hits
    }
}

/// Lets a finder see what was found so far, sorted by start, and add to it.
fn add(candidates: &mut Vec<Candidate>, find: impl FnOnce(&[Candidate], &mut Vec<Candidate>)) {
    candidates.sort_by_key(|c| (c.start, c.end));
    let mut found = Vec::new();
    find(candidates, &mut found);
    candidates.append(&mut found);
}
