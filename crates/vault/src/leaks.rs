//! Personal information on its way out to whom the register does not allow it.
//!
//! What was found when a text came in lies apart from it and leaves by policy alone. This is the second look, at what
//! is about to leave: numbers that stand where the register says there are none, such as a telephone number in an
//! address. Only what is as good as certain counts: an answer, a file or an event that is stopped without reason
//! does harm too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use shouxin_detect::{Check, Detector, Hit, Kind as Found, Scope};
use shouxin_ledger::Kind;
use shouxin_model::{AlarmId, Caller, FieldKind, Form, Personal, Purpose, Register};
use shouxin_store::{Tx, params};

use crate::open::Opened;
use crate::parted::{Piece, placeholder};
use crate::{FieldOutcome, Vault, VaultError};

/// What becomes of personal information that is about to leave for whom the register does not allow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeakAction {
    /// It does not leave: a file ends, an event waits, an answer has a placeholder.
    #[default]
    Stop,
    /// It leaves, and is told.
    Flag,
}

/// What [`Vault`] does about leaks.
#[derive(Default)]
pub(crate) struct Leaking(AtomicBool);

/// What was found: how often in which place, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaks(BTreeMap<(String, FieldKind), u64>);

/// The kinds that somebody may be given: those of the fields that the purposes need.
pub(crate) type Allowed = BTreeSet<FieldKind>;

/// The kinds of the fields that these purposes need.
pub(crate) fn allowed<'p>(
    register: &Register,
    purposes: impl Iterator<Item = &'p Purpose>,
) -> Allowed {
    let fields = purposes.flat_map(|purpose| &purpose.fields);
    let kinds = fields.filter_map(|name| register.field(name).map(|field| field.kind));
    kinds.collect()
}

/// Whether values of this kind are text in which anything may stand.
pub(crate) const fn may_hold_more(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::FreeText
            | FieldKind::Name
            | FieldKind::Address
            | FieldKind::Code
            | FieldKind::File
    )
}

/// What stands in `text` that may not be given, and is as good as certain.
fn undeclared(text: &str, allowed: &Allowed) -> Vec<Hit> {
    // No shape without a digit or an at sign.
    if !text
        .bytes()
        .any(|b| b.is_ascii_digit() || b == b'@' || !b.is_ascii())
    {
        return Vec::new();
    }
    let mut hits = STRUCTURED.detect(text);
    hits.retain(|hit| is_certain(hit) && !allowed.contains(&hit.kind.field()));
    hits
}

fn is_certain(hit: &Hit) -> bool {
    match hit.kind {
        Found::Phone | Found::Email => true,
        Found::IdCard => hit.check == Check::Passed,
        _ => false,
    }
}

static STRUCTURED: Detector = Detector::with_scope(Scope::Structured);

impl Leaks {
    /// Looks at one value, and notes what may not be given.
    pub(crate) fn look(&mut self, place: &str, text: &str, allowed: &Allowed) {
        for hit in undeclared(text, allowed) {
            self.note(place, hit.kind.field());
        }
    }

    fn note(&mut self, place: &str, kind: FieldKind) {
        *self.0.entry((place.to_owned(), kind)).or_default() += 1;
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was found, as an entry tells it: `customer.address mobile 3`.
    pub fn told(&self) -> Vec<String> {
        let one = |((place, kind), count): (&(String, FieldKind), &u64)| {
            format!("{place} {} {count}", kind.word())
        };
        self.0.iter().map(one).collect()
    }

    /// The same for people, in Chinese and English.
    pub fn reason(&self) -> shouxin_model::Text {
        let name = |zh: bool| {
            let one = |((place, kind), count): (&(String, FieldKind), &u64)| {
                let title = kind.title();
                let title = if zh { &title.zh } else { &title.en };
                format!("{place} {title} {count}")
            };
            let all: Vec<String> = self.0.iter().map(one).collect();
            all.join(if zh { "、" } else { ", " })
        };
        shouxin_model::Text::made(
            format!(
                "内容中有登记册不允许提供给对方的个人信息({}),已停止并告警。请更正数据,或请个人信息保护负责人核对该用途所需的字段。",
                name(true)
            ),
            format!(
                "it holds personal information that the register does not allow the recipient ({}); it was stopped and an alarm raised. Correct the data, or have the protection officer check which fields the purpose needs.",
                name(false)
            ),
        )
    }

    /// What the alarm is about: where and what, without how often.
    fn about(&self, recipient: &str) -> String {
        let mut about = format!("{recipient}:");
        for (place, kind) in self.0.keys().take(MOST_TOLD) {
            about.push_str(&format!(" {place} {}", kind.word()));
        }
        about
    }
}

/// Places that an alarm and an entry name.
const MOST_TOLD: usize = 20;

impl Vault {
    /// Says what becomes of leaks; without it they are stopped.
    pub fn set_leak_action(&self, action: LeakAction) {
        let flags = action == LeakAction::Flag;
        self.leaking().0.store(flags, Ordering::Relaxed);
    }

    /// What becomes of leaks.
    pub fn leak_action(&self) -> LeakAction {
        match self.leaking().0.load(Ordering::Relaxed) {
            true => LeakAction::Flag,
            false => LeakAction::Stop,
        }
    }

    /// What stands in these texts, each with its place, that nobody may be told who is told for these purposes.
    pub fn leaks_in<'t>(
        &self,
        purposes: &[String],
        texts: impl Iterator<Item = (&'t str, &'t str)>,
    ) -> Leaks {
        let active = self.active();
        let register = &active.register;
        let purposes = purposes.iter().filter_map(|name| register.purpose(name));
        let allowed = allowed(register, purposes);
        let mut leaks = Leaks::default();
        for (place, text) in texts {
            leaks.look(place, text, &allowed);
        }
        leaks
    }

    /// Tells the ledger of a leak, and raises an alarm unless there is one about the same. Kinds, places and the
    /// recipient are told, no values. Gives the entry.
    ///
    /// # Errors
    /// The store or the ledger failed; then nothing may leave.
    pub async fn record_leak(
        &self,
        caller: &Caller,
        recipient: &str,
        purpose: Option<&str>,
        leaks: &Leaks,
    ) -> Result<u64, VaultError> {
        let (now, active) = (self.now(), self.active());
        let (did, alarm) = match self.leak_action() {
            LeakAction::Stop => ("stopped", "leak-stopped"),
            LeakAction::Flag => ("flagged", "leak-flagged"),
        };
        let mut entry = self.begin(now, Kind::Leak, caller, &active);
        entry.purpose = purpose.map(str::to_owned);
        entry.extra = vec![
            ("did".to_owned(), did.to_owned()),
            ("to".to_owned(), recipient.to_owned()),
        ];
        let told = leaks.told().into_iter().take(MOST_TOLD);
        entry
            .extra
            .extend(told.map(|told| ("found".to_owned(), told)));
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        tx.run(
            "INSERT INTO alarm (id, kind, actor, about, at) SELECT $1, $2, $3, $4, $5 \
             WHERE NOT EXISTS (SELECT 1 FROM alarm WHERE kind = $2 AND about = $4 AND closed_at IS NULL)",
            params![
                AlarmId::make(now, &mut self.dice()),
                alarm,
                caller.actor(),
                leaks.about(recipient),
                now
            ],
        );
        Ok(self.store().commit(tx).await?.entries[0])
    }
}

/// Looks at the texts of an answer, beside what was sealed apart from them. Where leaks are stopped, what is found is
/// hidden in its place.
pub(crate) fn look_at_answer(
    fields: &mut [FieldOutcome],
    register: &Register,
    allowed: &Allowed,
    action: LeakAction,
) -> Leaks {
    let mut leaks = Leaks::default();
    for outcome in fields {
        let is_text = register
            .field(&outcome.field)
            .is_some_and(|field| field.kind == FieldKind::FreeText);
        if !is_text || !matches!(outcome.form, Form::Clear | Form::Masked) {
            continue;
        }
        for value in &mut outcome.values {
            // Looked at, and hidden where it says too much.
            let mut hits = undeclared(value.value.expose(), allowed);
            let shown = |hit: &Hit| {
                let mut pieces = value.pieces.iter();
                pieces.any(|piece| piece.start < hit.chars.end && hit.chars.start < piece.end)
            };
            hits.retain(|hit| !shown(hit));
            for hit in &hits {
                leaks.note(outcome.field.as_str(), hit.kind.field());
            }
            if action == LeakAction::Stop {
                hide(value, &hits);
            }
        }
    }
    leaks
}

/// Puts a placeholder in the place of each hit.
fn hide(value: &mut Opened, hits: &[Hit]) {
    // From the end on, so that the places of those before stay what they are.
    for hit in hits.iter().rev() {
        let kind = hit.kind.field();
        let same = value.pieces.iter().filter(|piece| piece.kind == kind);
        let number = same.map(|piece| piece.number).max().unwrap_or(0) + 1;
        let mark = placeholder(kind, number);
        let text = value.value.expose();
        let (Some(before), Some(after)) = (text.get(..hit.bytes.start), text.get(hit.bytes.end..))
        else {
            continue;
        };
        let (length, was) = (mark.chars().count(), hit.chars.len());
        let whole = format!("{before}{mark}{after}");
        for piece in value
            .pieces
            .iter_mut()
            .filter(|piece| piece.start >= hit.chars.end)
        {
            (piece.start, piece.end) = (piece.start + length - was, piece.end + length - was);
        }
        value.pieces.push(Piece {
            start: hit.chars.start,
            end: hit.chars.start + length,
            kind,
            number,
            form: Form::Withheld,
        });
        value.marks.clear();
        value.value = Personal::new(whole);
    }
    value.pieces.sort_by_key(|piece| piece.start);
}

#[cfg(test)]
mod tests {
    use shouxin_model::RecordId;

    use super::*;

    #[test]
    fn what_the_purpose_needs_is_no_leak_and_neither_is_what_only_looks_like_one() {
        let mobile = Allowed::from([FieldKind::Mobile]);
        let check = |text: &str, allowed: &Allowed, expected: &[&str]| {
            let mut leaks = Leaks::default();
            leaks.look("a.b", text, allowed);
            assert_eq!(leaks.told(), expected, "{text}");
        };
        let nothing = Allowed::new();
        check("科苑路1号 收件13800138000", &nothing, &["a.b mobile 1"]);
        check("科苑路1号 收件13800138000", &mobile, &[]);
        check("a.b@example.com 或 13800138000", &mobile, &["a.b email 1"]);
        check("WO-2026-000123", &nothing, &[]);
        check("139****5678", &nothing, &[]);
        check("身份证11010519491231002X", &nothing, &["a.b resident_id 1"]);
    }

    #[test]
    fn what_is_hidden_leaves_the_other_places_right() {
        let text = "先〔电子邮箱1〕后13800138000,再〔电子邮箱2〕";
        let at = |mark: &str| text[..text.find(mark).unwrap()].chars().count();
        let piece = |number: usize, mark: &str| Piece {
            start: at(mark),
            end: at(mark) + mark.chars().count(),
            kind: FieldKind::Email,
            number,
            form: Form::Withheld,
        };
        let mut value = Opened {
            record: RecordId::from_bytes([1; 16]),
            value: Personal::new(text.to_owned()),
            marks: Vec::new(),
            pieces: vec![piece(1, "〔电子邮箱1〕"), piece(2, "〔电子邮箱2〕")],
        };
        let hits = undeclared(text, &Allowed::new());
        hide(&mut value, &hits);
        let shown = value.value.expose();
        assert_eq!(shown, "先〔电子邮箱1〕后〔手机号1〕,再〔电子邮箱2〕");
        let chars: Vec<char> = shown.chars().collect();
        for piece in &value.pieces {
            let place: String = chars[piece.start..piece.end].iter().collect();
            assert_eq!(place, placeholder(piece.kind, piece.number));
        }
        assert_eq!(value.pieces.len(), 3);
    }
}
