//! Entries of the ledger in words for people.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::text::Language;
use shouxin_vault::said::Kind;
use shouxin_vault::said::shouxin_ledger::Treatment;
use shouxin_wire::ledger::TreatedFields;

/// What happened, in the caller's language.
pub(crate) fn title(kind: Kind, language: Language) -> String {
    let title = match language {
        Language::Chinese => kind.chinese(),
        Language::English => kind.word(),
    };
    title.to_owned()
}

/// Which fields were treated how.
pub(crate) fn treated(fields: BTreeMap<Treatment, BTreeSet<String>>) -> Vec<TreatedFields> {
    let treated = fields.into_iter().map(|(treatment, fields)| TreatedFields {
        form: treatment.form,
        rule: treatment.rule,
        fields: fields.into_iter().collect(),
    });
    treated.collect()
}
