//! Between the shapes of the wire and those of the vault.

use data_encoding::HEXLOWER_PERMISSIVE;
use shouxin_model::{ConsentWord, EvidenceGrade, SubjectId, Text, Through};
use shouxin_vault::{ShownNotice, Statement, is_place};
use shouxin_wire::consents::{ConsentEvent, ConsentRequest, ConsentState, Shown};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::faults::{invalid, told};

/// The statement that a request makes. `at` is where it stands in the body: empty, or `consents[2].`.
pub(super) async fn statement(
    app: &App,
    signed: &Signed,
    subject: SubjectId,
    (purpose, said): (String, ConsentRequest),
    at: &str,
) -> Result<Statement, Refusal> {
    let refuse = |field: &str, why: &Text| invalid(signed, format!("{at}{field}"), why);
    if said.place.as_deref().is_some_and(|place| !is_place(place)) {
        return Err(refuse("place", &PLACE));
    }
    if said
        .most_per_month
        .is_some_and(|most| !(1..=1_000).contains(&most))
    {
        return Err(refuse("most_per_month", &MOST));
    }
    let notice = match (said.snapshot, said.notice) {
        (Some(_), Some(_)) => return Err(refuse("notice", &ONE)),
        (Some(token), None) => match app.vault().shown(&token) {
            Ok(shown) => Some(shown),
            Err(error) => return Err(told(app, signed, error).await),
        },
        (None, Some(shown)) => Some(notice(shown).ok_or_else(|| refuse("notice", &NOTICE))?),
        (None, None) => None,
    };
    let evidence = match said.evidence {
        Some(id) => match app.vault().evidence_hash(subject, id).await {
            Ok(Some(hash)) => Some((id, hash)),
            Ok(None) => return Err(refuse("evidence", &EVIDENCE)),
            Err(error) => return Err(told(app, signed, error).await),
        },
        None => None,
    };
    Ok(Statement {
        purpose,
        part: said.part,
        channel: said.channel,
        word: word(said.state),
        form: said.form,
        notice,
        through: said.through.unwrap_or(Through::Api),
        place: said.place,
        collected_at: said.collected_at,
        from: said.from,
        until: said.expires_at,
        case: said.case,
        grade: EvidenceGrade::Proved,
        evidence,
        most_per_month: said.most_per_month,
    })
}

/// The word of a request.
fn word(state: ConsentState) -> ConsentWord {
    match state {
        ConsentState::Given => ConsentWord::Given,
        ConsentState::Refused => ConsentWord::Refused,
        ConsentState::Withdrawn => ConsentWord::Withdrawn,
    }
}

fn notice(shown: Shown) -> Option<ShownNotice> {
    let hash = HEXLOWER_PERMISSIVE.decode(shown.hash.as_bytes()).ok()?;
    let known = shouxin_model::id::is_slug(&shown.name)
        && matches!(shown.language.as_str(), "zh" | "en")
        && shown.version > 0;
    known.then_some(ShownNotice {
        name: shown.name,
        version: shown.version,
        hash: hash.try_into().ok()?,
        language: shown.language,
    })
}

/// An event, for the wire.
pub(super) fn event(held: &shouxin_vault::HeldEvent) -> ConsentEvent {
    let event = &held.event;
    let by = match event.actor.split_once('_') {
        Some(("stf", _)) => "staff",
        Some(("key", _)) => "service",
        _ => "system",
    };
    ConsentEvent {
        epoch: event.epoch,
        entry: held.entry,
        digest: event.digest_text(),
        purpose: event.purpose.clone(),
        part: event.part.clone(),
        channel: event.channel,
        state: event.turn,
        form: event.form,
        grade: event.grade,
        notice: event.notice.as_ref().map(|shown| Shown {
            name: shown.name.clone(),
            version: shown.version,
            language: shown.language.clone(),
            hash: HEXLOWER_PERMISSIVE.encode(&shown.hash),
        }),
        through: event.through,
        by: by.to_owned(),
        place: event.place.clone(),
        collected_at: event.collected_at,
        received_at: event.received_at,
        from: event.from,
        expires_at: event.until,
        case: event.case,
        evidence: event.evidence.map(|(id, _)| id),
        evidence_hash: event
            .evidence
            .map(|(_, hash)| HEXLOWER_PERMISSIVE.encode(&hash)),
        most_per_month: event.most_per_month,
    }
}

/// What follows from a word about a purpose.
pub(super) fn next(app: &App, purpose: &str, state: ConsentState) -> &'static str {
    let active = app.vault().active();
    let asked = active
        .register
        .purpose(purpose)
        .is_some_and(|declared| active.register.needs_consent(declared));
    match state {
        _ if !asked => "nothing-changes",
        ConsentState::Given => "reads-open",
        ConsentState::Refused | ConsentState::Withdrawn => "reads-stop",
    }
}

const PLACE: Text = Text::fixed(
    "只能含小写字母、数字和 . _ / -,最多 120 个字符;请填写地点或录音编号,不要写个人信息",
    "has small letters, digits and . _ / - only, at most 120; give a site or a recording's reference, nothing personal",
);
const MOST: Text = Text::fixed("应在 1 至 1000 之间", "is between 1 and 1000");
const NOTICE: Text = Text::fixed(
    "告知书须有名称、版本、语言(zh 或 en)和所示文本的 SHA-256(64 位十六进制)",
    "a notice has a name, a version, a language (zh or en) and the SHA-256 of the text shown (64 hexadecimal digits)",
);
const ONE: Text = Text::fixed(
    "snapshot 与 notice 只写其一",
    "stands beside snapshot: give one of the two",
);
const EVIDENCE: Text = Text::fixed(
    "没有此人的这份证据;请先上传",
    "this subject has no such evidence; upload it first",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_reference_and_no_story() {
        assert!(is_place("recording-2026-11-21/0042"));
        assert!(is_place("sh-03"));
        for story in [
            "",
            "Zhang San called",
            "13800138000 张三",
            "a\nb",
            &"x".repeat(121),
        ] {
            assert!(!is_place(story), "{story}");
        }
    }
}
