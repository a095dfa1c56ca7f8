//! Notices: what people are told, its versions, and changes to it.

pub mod delete_draft;
pub mod differences;
pub mod draft;
pub mod lint;
pub mod list;
mod page;
pub mod plan;
pub mod propose;
pub mod public;
pub mod publish;
pub mod save_draft;
pub mod show;
pub mod templates;

use data_encoding::HEXLOWER;
use shouxin_model::text::Language;
use shouxin_vault::said::{Bound, NoticeDifference as Difference, ParagraphKind, ParagraphScore};
use shouxin_vault::{NoticeDraft, NoticeVersion};
use shouxin_wire::notices::{
    NoticeChange, NoticeDraftEntry, NoticeEntry, NoticeParagraph, NoticeScore,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on notices.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(differences::compare))
        .routes(routes!(lint::lint))
        .routes(routes!(plan::plan))
        .routes(routes!(propose::propose))
        .routes(routes!(publish::publish))
        .routes(routes!(draft::show, save_draft::save, delete_draft::delete))
        .routes(routes!(public::show))
        .routes(routes!(templates::list))
}

/// A version as the API shows it.
fn entry(version: &NoticeVersion, language: Language) -> NoticeEntry {
    let published = &version.published;
    let state = match (version.from, version.until, version.replaced) {
        (Some(_), None, _) => "in-force",
        (Some(_), Some(_), _) => "superseded",
        (None, _, true) => "replaced",
        (None, _, false) => "waiting",
    };
    let purposes = published.bound.purposes.iter();
    NoticeEntry {
        name: published.name.clone(),
        title: published.bound.title.get(language).to_owned(),
        version: published.version,
        hash: HEXLOWER.encode(&published.hash),
        state: state.to_owned(),
        register_version: published.register_version,
        published_at: published.published_at,
        published_by: version.published_by.clone(),
        effective_at: version.from.unwrap_or(published.effective_at),
        until: version.until,
        purposes: purposes.map(|purpose| purpose.name.clone()).collect(),
    }
}

fn draft_entry(draft: &NoticeDraft) -> NoticeDraftEntry {
    NoticeDraftEntry {
        name: draft.name.clone(),
        updated_at: draft.updated_at,
        updated_by: draft.updated_by.clone(),
        revision: draft.revision,
    }
}

fn changes(difference: &Difference, language: Language) -> Vec<NoticeChange> {
    let changes = difference.changes.iter().map(|change| NoticeChange {
        kind: change.kind.word().to_owned(),
        purpose: change.purpose.clone(),
        text: change.text.get(language).to_owned(),
    });
    changes.collect()
}

fn scores(scores: &[ParagraphScore], language: Language) -> Vec<NoticeScore> {
    let scores = scores.iter().map(|one| NoticeScore {
        place: one.place.get(language).to_owned(),
        line: number(one.line),
        language: word(one.language).to_owned(),
        score: one.score.value,
        hard: one.score.hard,
        longest: number(one.score.longest),
    });
    scores.collect()
}

/// What a notice shows, paragraph by paragraph.
fn paragraphs(bound: &Bound, language: Language) -> Vec<NoticeParagraph> {
    let paragraphs = bound.paragraphs(language).into_iter();
    let shown = paragraphs.map(|paragraph| NoticeParagraph {
        kind: kind(paragraph.kind).to_owned(),
        text: paragraph.text,
    });
    shown.collect()
}

const fn kind(kind: ParagraphKind) -> &'static str {
    match kind {
        ParagraphKind::Title => "title",
        ParagraphKind::Heading => "heading",
        ParagraphKind::Subheading => "subheading",
        ParagraphKind::Text => "text",
        ParagraphKind::Important => "important",
    }
}

/// The word of a language in tokens, in JSON and in the query.
const fn word(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh",
        Language::English => "en",
    }
}

/// Lines and lengths of a text of 256 KiB.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A notice of many thousands of words, with room for its escapes.
const TEXT_BYTES: usize = 512 * 1024;
