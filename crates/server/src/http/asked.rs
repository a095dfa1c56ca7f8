//! What is asked of people, as pages are told it, wherever a page or a preview of one is made.

use shouxin_vault::Question;
use shouxin_wire::widget::AskedPurpose;

/// A question as the API shows it.
pub fn question(one: Question) -> AskedPurpose {
    AskedPurpose {
        name: one.name,
        title: one.title,
        text: one.text,
        fields: one.fields,
        recipients: one.recipients,
        kept: one.kept,
        sensitive: one.sensitive,
        in_all: one.in_all,
        share: one.share,
        form: one.form,
    }
}
