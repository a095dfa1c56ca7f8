//! Opening and reducing: the one place where plaintext comes into being.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use shouxin_deid::{MaskProfile, generalise, mask, rule_by_name};
use shouxin_model::{Field, FieldKind, FieldRef, Form, Personal, RecordId, SubjectId};
use shouxin_regime::{Span, normalise, spans};
use shouxin_seal::{Binding, SealedFields, SubjectKey, Tokeniser, UnwrapError, part_name};

use crate::active::Active;
use crate::gather::{Known, StoredRecord};
use crate::keys::{Keyrings, older_than_data};
use crate::parted::{Around, Piece, Shown, is_parted, list};
use crate::permit::RecordedPermit;
use crate::{Vault, VaultError};

/// A field's value in one record, reduced to the form that was permitted.
#[derive(Debug)]
pub struct Opened {
    /// The record.
    pub record: RecordId,
    /// The value in its permitted form.
    pub value: Personal<String>,
    /// Where identifiers stand in it, if it is free text in clear.
    pub marks: Vec<Span>,
    /// What stands for the personal information that was found in it, if it is free text that is told.
    pub pieces: Vec<Piece>,
}

/// Opens what `permit` names, and reduces each value to its form. Spends the permit's promise: the
/// entry is durable before this is called. `keyrings` were taken before the facts were gathered, so that
/// an epoch that is destroyed meanwhile still opens what was found.
#[allow(
    clippy::too_many_arguments,
    reason = "the one place where all of it meets"
)]
pub(crate) fn open(
    vault: &Vault,
    keyrings: &Keyrings,
    active: &Active,
    purpose: &str,
    subject: SubjectId,
    known: &Known,
    permit: &RecordedPermit,
) -> Result<BTreeMap<FieldRef, Vec<Opened>>, VaultError> {
    let mut opener = Opener {
        keyrings,
        subject,
        known,
        keys: BTreeMap::new(),
    };
    let mut values: BTreeMap<FieldRef, Vec<Opened>> = BTreeMap::new();
    let wanted: Vec<(&FieldRef, Form)> = permit.opens().collect();
    for record in &known.records {
        let mut wanted = wanted
            .iter()
            .filter(|(f, _)| f.collection() == record.collection)
            .peekable();
        if wanted.peek().is_none() {
            continue;
        }
        let sealed = sealed(record)?;
        for (name, form) in wanted {
            let field = active
                .register
                .field(name)
                .ok_or(VaultError::Corrupt("register"))?;
            if record.is_over(&active.register, field, known.at) {
                // Other records keep the field readable; this one's period is over.
                continue;
            }
            let Some(value) = opener.value(active, record, &sealed, name, field)? else {
                continue;
            };
            let (value, pieces) = if is_parted(field) {
                let around = Around::read(value.expose()).ok_or(VaultError::Forged(record.id))?;
                let apart = if is_told(field, *form) {
                    let place = (*name, *form);
                    opener.pieces(
                        vault, active, purpose, permit, record, &sealed, place, &around,
                    )?
                } else {
                    BTreeMap::new()
                };
                around.show(&apart)
            } else {
                (value, Vec::new())
            };
            let told = is_parted(field) && is_told(field, *form);
            let value = match told {
                // Its placeholders are its mask.
                true => Some(value),
                false => reduce(vault, active, purpose, name, field, *form, value),
            };
            if let Some(value) = value {
                let opened = Opened {
                    record: record.id,
                    marks: marks(field, *form, &value),
                    pieces: if told { pieces } else { Vec::new() },
                    value,
                };
                values.entry((*name).clone()).or_default().push(opened);
            }
        }
    }
    Ok(values)
}

/// Whether a free text in this form is told word by word, its personal information hidden or shown piece by piece.
/// Where the register gives the field a mask of its own, masked it tells no more than that.
fn is_told(field: &Field, form: Form) -> bool {
    match form {
        Form::Clear => true,
        Form::Masked => field.mask.is_none(),
        _ => false,
    }
}

/// Where people's identifiers stand in what somebody wrote: a mask hides them by itself.
fn marks(field: &Field, form: Form, value: &Personal<String>) -> Vec<Span> {
    if form == Form::Clear && field.kind == FieldKind::FreeText {
        // Only places and kinds come out of it.
        spans(value.expose())
    } else {
        Vec::new()
    }
}

/// Opens one field of one record to compare it inside the vault, under a permit whose entry says so.
/// The caller compares and drops it: nothing of it is answered.
pub(crate) fn for_comparison(
    keyrings: &Keyrings,
    active: &Active,
    subject: SubjectId,
    known: &Known,
    record: RecordId,
    name: &FieldRef,
    _permit: &RecordedPermit,
) -> Result<Option<Personal<String>>, VaultError> {
    let mut opener = Opener {
        keyrings,
        subject,
        known,
        keys: BTreeMap::new(),
    };
    let Some(record) = known.records.iter().find(|r| r.id == record) else {
        return Ok(None);
    };
    let field = active
        .register
        .field(name)
        .ok_or(VaultError::Corrupt("register"))?;
    if record.is_over(&active.register, field, known.at) {
        return Ok(None);
    }
    opener.value(active, record, &sealed(record)?, name, field)
}

/// A record's envelopes.
pub(crate) fn sealed(record: &StoredRecord) -> Result<SealedFields<'_>, VaultError> {
    SealedFields::decode(&record.sealed).map_err(|_| VaultError::Corrupt("record"))
}

struct Opener<'a> {
    keyrings: &'a Keyrings,
    subject: SubjectId,
    known: &'a Known,
    /// Opened keys by zone; `None` where the key was destroyed.
    keys: BTreeMap<&'a str, Option<SubjectKey>>,
}

impl<'a> Opener<'a> {
    fn value(
        &mut self,
        active: &'a Active,
        record: &StoredRecord,
        sealed: &SealedFields<'_>,
        name: &FieldRef,
        field: &Field,
    ) -> Result<Option<Personal<String>>, VaultError> {
        if let Some(envelope) = sealed.get(&field.name) {
            let zone = &active
                .register
                .collection(name.collection())
                .ok_or(VaultError::Corrupt("register"))?
                .zone;
            let subject = self.subject;
            let Some(key) = self.key(zone)? else {
                return Ok(None);
            };
            let binding = Binding {
                zone,
                field: name,
                subject,
                record: record.id,
            };
            return open_text(key, &binding, envelope).map(Some);
        }
        Ok(record
            .plain
            .get(&field.name)
            .map(|value| Personal::new(value.clone())))
    }

    /// What stands in a text that is told, of the kinds that the permit shows and in their forms.
    #[allow(
        clippy::too_many_arguments,
        reason = "as for `open` itself, of which it is a part"
    )]
    fn pieces(
        &mut self,
        vault: &Vault,
        active: &'a Active,
        purpose: &str,
        permit: &RecordedPermit,
        record: &StoredRecord,
        sealed: &SealedFields<'_>,
        (name, text): (&FieldRef, Form),
        around: &Around,
    ) -> Result<Shown, VaultError> {
        let mut shown = BTreeMap::new();
        let zone = &active
            .register
            .collection(name.collection())
            .ok_or(VaultError::Corrupt("register"))?
            .zone;
        for kind in around.kinds() {
            let Some((form, as_field)) = permit.piece(kind) else {
                continue;
            };
            let part = FieldRef::new(name.collection(), part_name(name.field(), kind.word()));
            let envelope = sealed
                .get(part.field())
                .ok_or(VaultError::Forged(record.id))?;
            let subject = self.subject;
            let Some(key) = self.key(zone)? else {
                continue;
            };
            let binding = Binding {
                zone,
                field: &part,
                subject,
                record: record.id,
            };
            let list = list(open_text(key, &binding, envelope)?.expose());
            let list = list.ok_or(VaultError::Forged(record.id))?;
            let Some((field_name, field)) =
                as_field.and_then(|name| Some((name, active.register.field(name)?)))
            else {
                // As the text itself is shown: whole, or not at all.
                if form == Form::Clear && text == Form::Clear {
                    shown.insert(kind, (form, list));
                }
                continue;
            };
            let one = |piece: &String| {
                let value = match form {
                    Form::Clear => piece.clone(),
                    // As a field's value would stand in the store: masks and tokens are made of that.
                    _ => normalise(kind, piece).into_owned(),
                };
                reduce(
                    vault,
                    active,
                    purpose,
                    field_name,
                    field,
                    form,
                    Personal::new(value),
                )
                .map(Personal::release)
            };
            // Into the answer, in the form that the recorded permit names.
            let reduced: Option<Vec<String>> = list.expose().iter().map(one).collect();
            if let Some(reduced) = reduced {
                shown.insert(kind, (form, Personal::new(reduced)));
            }
        }
        Ok(shown)
    }

    fn key(&mut self, zone: &'a str) -> Result<Option<&SubjectKey>, VaultError> {
        let slot = match self.keys.entry(zone) {
            Entry::Occupied(slot) => return Ok(slot.into_mut().as_ref()),
            Entry::Vacant(slot) => slot,
        };
        let Some(wrapped) = self.known.keys.get(zone) else {
            return Ok(slot.insert(None).as_ref());
        };
        let keyring = self.keyrings.of(zone);
        let key = match SubjectKey::unwrap(keyring, self.subject, zone, wrapped) {
            Ok(key) => Some(key),
            Err(UnwrapError::Destroyed(_)) => None,
            Err(UnwrapError::NoEpoch(epoch)) => return Err(older_than_data(epoch)),
            Err(UnwrapError::Forged(_)) => return Err(VaultError::Corrupt("subject key")),
        };
        Ok(slot.insert(key).as_ref())
    }
}

/// Opens one envelope as text.
pub(crate) fn open_text(
    key: &SubjectKey,
    binding: &Binding<'_>,
    envelope: &[u8],
) -> Result<Personal<String>, VaultError> {
    let bytes = shouxin_seal::open(key, binding, envelope)
        .map_err(|_| VaultError::Forged(binding.record))?;
    bytes.into_text().ok_or(VaultError::Forged(binding.record))
}

/// The value in `form`; `None` where the form has nothing to say about it.
pub(crate) fn reduce(
    vault: &Vault,
    active: &Active,
    purpose: &str,
    name: &FieldRef,
    field: &Field,
    form: Form,
    value: Personal<String>,
) -> Option<Personal<String>> {
    if form == Form::Clear {
        return Some(value);
    }
    // Each arm hands on what the recorded permit names, and no more.
    let value = value.expose();
    let reduced = match form {
        Form::Clear | Form::Withheld => None,
        Form::Masked => Some(match &field.mask {
            Some(rule) => match rule_by_name(rule) {
                Some(rule) => rule.apply(value),
                None => mask(field.kind, MaskProfile::Strict, value),
            },
            None => mask(field.kind, MaskProfile::Screen, value),
        }),
        Form::Tokenised => {
            let suite = active.register.suite_of(field);
            let zone = active.register.zone_of(name.collection())?;
            let lasting = vault.lasting_of(&zone.name);
            Some(Tokeniser::of(&*lasting, purpose, name, suite).token(value.as_bytes()))
        }
        Form::Generalised => generalise(field.kind, value),
    };
    reduced.map(Personal::new)
}
