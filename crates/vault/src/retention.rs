//! Whether a field's keeping period is over, as far as a record itself can tell.
//!
//! A period counts from an event (`retention.from`). The record tells of it if its own state names the
//! event's last word: a work order in state `closed` of `case-closed`, a parcel in state `delivered`
//! of `delivered`, an order in state `completed` of `order-completed`. It came into that state no
//! later than it was last changed, so the period counts from then: never too short. Of every other
//! event (`last-service`, `account-closure`, …) the record knows nothing, and its fields are not held
//! to be expired.

use std::collections::BTreeMap;

use shouxin_model::{Collection, Field, FieldKind, Moment};

/// Whether the period of `field` is over at `now` in a record of `collection` with these plain values,
/// last changed at `updated_at`.
pub(crate) fn is_over(
    collection: &Collection,
    field: &Field,
    plain: &BTreeMap<String, String>,
    updated_at: Moment,
    now: Moment,
) -> bool {
    over_since(collection, field, plain, updated_at).is_some_and(|since| now >= since)
}

/// From when on the period of `field` is over in such a record; `None` if the record does not tell.
pub(crate) fn over_since(
    collection: &Collection,
    field: &Field,
    plain: &BTreeMap<String, String>,
    updated_at: Moment,
) -> Option<Moment> {
    let retention = &field.retention;
    let event = retention.from.rsplit('-').next().unwrap_or_default();
    let state = state_of(collection).and_then(|state| plain.get(&state.name))?;
    (state == event).then(|| updated_at.plus_seconds(i64::from(retention.days) * SECONDS_A_DAY))
}

/// The field that tells how far a record's business is: the case's status, or an enum that is called so.
fn state_of(collection: &Collection) -> Option<&Field> {
    match &collection.case {
        Some(case) => collection.field(&case.status),
        None => collection
            .fields
            .iter()
            .find(|f| f.kind == FieldKind::Enum && matches!(&*f.name, "status" | "state")),
    }
}

const SECONDS_A_DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(profile: &str, field: &str, state: (&str, &str), days: i64, over: bool) {
        let text = shouxin_register::profile(profile).unwrap().register_toml;
        let register = shouxin_register::parse("register.toml", text).unwrap();
        let (collection, name) = field.split_once('.').unwrap();
        let collection = register.collection(collection).unwrap();
        let plain = BTreeMap::from([(state.0.to_owned(), state.1.to_owned())]);
        let updated_at = Moment::from_seconds(1_790_000_000);
        let at = |seconds| {
            let now = updated_at.plus_seconds(days * SECONDS_A_DAY + seconds);
            is_over(
                collection,
                collection.field(name).unwrap(),
                &plain,
                updated_at,
                now,
            )
        };
        assert_eq!((at(-1), at(0)), (false, over), "{field} {state:?}");
    }

    #[test]
    fn a_period_runs_from_the_last_change_of_a_record_whose_state_is_the_event() {
        check(
            "after-sales",
            "work_order.fault_text",
            ("status", "closed"),
            2_192,
            true,
        );
        check(
            "after-sales",
            "complaint.content",
            ("state", "closed"),
            1_096,
            true,
        );
        check(
            "express",
            "parcel.pickup_code",
            ("status", "delivered"),
            30,
            true,
        );
        check(
            "service-centre",
            "transaction.amount",
            ("state", "completed"),
            1_096,
            true,
        );
        check(
            "service-centre",
            "interaction.summary",
            ("status", "closed"),
            1_096,
            true,
        );
    }

    #[test]
    fn a_record_that_does_not_tell_the_event_has_no_expired_field() {
        check(
            "after-sales",
            "work_order.fault_text",
            ("status", "completed"),
            40_000,
            false,
        );
        check(
            "after-sales",
            "customer.name",
            ("status", "last-service"),
            40_000,
            false,
        );
        // A rescue has no state of its own: its call's case may be closed or not.
        check(
            "after-sales",
            "rescue.number",
            ("status", "closed"),
            40_000,
            false,
        );
        check(
            "express",
            "parcel.pickup_code",
            ("status", "in-transit"),
            40_000,
            false,
        );
        check(
            "express",
            "parcel_event.signatory",
            ("event", "delivered"),
            40_000,
            false,
        );
        check(
            "express",
            "customer.resident_id",
            ("real_name_state", "check"),
            40_000,
            false,
        );
    }
}
