//! The one call.

use std::sync::Arc;

use crate::page::Page;
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
        let page = Page::of(normalised.as_str());
        let mut candidates: Vec<Candidate> = Vec::with_capacity(8 + text.len() / 64);
        structured::find(&page, &mut candidates);
        if let Some(own) = &self.own {
            own.find(normalised.as_str(), &mut candidates);
        }
        if self.scope == Scope::All {
            // Each sees what those before it found.
            let finders: [Find; 4] = [
                english::address::find,
                cn::address::find,
                english::person::find,
                cn::person::find,
            ];
            for find in finders {
                add(find, &normalised, &mut candidates);
            }
            // No name begins within a word that announces an account: 微 信 号.
            candidates.retain(|c| !(c.kind == Kind::Person && page.is_within_word(c.start)));
        }
        structured::birth::after_names(&page, &mut candidates);
        repeat::find(&page, &mut candidates);
        resolve::hits(&normalised, candidates)
    }
}

/// A finder: sees what was found so far, sorted by start, and adds to it.
type Find = fn(&Normalised<'_>, &[Candidate], &mut Vec<Candidate>);

fn add(find: Find, text: &Normalised<'_>, candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|c| (c.start, c.end));
    let mut found = Vec::new();
    find(text, candidates, &mut found);
    candidates.append(&mut found);
}
