//! Which of two rules is the looser. Where that cannot be told, the new one is.

use shouxin_model::{Basis, Conditions, ConsentForm, Emergency, Quota, RowCondition, Sensitivity};

/// Whether `new` lets a caller reach someone whom `old` did not.
pub(super) fn condition(old: RowCondition, new: RowCondition) -> bool {
    use RowCondition as C;
    // Whoever meets `new` meets `old`, too.
    let implied = match (new, old) {
        (new, old) if new == old => true,
        (_, C::None) | (C::CountsOnly | C::OwnRecord, _) => true,
        (C::AssignedOpenCase | C::SiteOpenCase | C::RegionOpenCase, C::OpenCase) => true,
        _ => false,
    };
    !implied
}

/// Whether `new` asks for a weaker consent than `old`.
pub(super) fn consent(old: Option<ConsentForm>, new: Option<ConsentForm>) -> bool {
    use ConsentForm as F;
    match (old, new) {
        (old, new) if old == new => false,
        (None, Some(_)) | (Some(F::General), Some(_)) | (Some(F::Separate), Some(F::Written)) => {
            false
        }
        _ => true,
    }
}

/// Whether people were asked for consent and no longer are.
pub(super) fn basis(old: Option<&Basis>, new: Option<&Basis>) -> bool {
    old == Some(&Basis::Consent) && new != old
}

/// Whether any limit rose or fell away.
pub(super) fn quota(old: Quota, new: Quota) -> bool {
    let rose =
        |old: Option<u32>, new: Option<u32>| old.is_some_and(|old| new.is_none_or(|new| new > old));
    rose(old.subjects_per_day, new.subjects_per_day)
        || rose(old.clear_per_day, new.clear_per_day)
        || rose(old.searches_per_day, new.searches_per_day)
}

/// Whether a moment, place or device counts now that did not before.
pub(super) fn conditions(old: &Conditions, new: &Conditions) -> bool {
    let hours = match (&old.hours, &new.hours) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => !new.is_within(old),
    };
    let networks = !old.networks.is_empty()
        && (new.networks.is_empty() || new.networks.iter().any(|n| !old.networks.contains(n)));
    hours || networks || (old.device && !new.device)
}

/// Whether anyone may break the glass who could not, for longer, to see otherwise, or with a later review.
pub(super) fn emergency(old: Option<&Emergency>, new: Option<&Emergency>) -> bool {
    match (old, new) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => {
            new.roles.iter().any(|role| !old.roles.contains(role))
                || new.view != old.view
                || new.minutes > old.minutes
                || new.review_days > old.review_days
        }
    }
}

/// Whether the law protects the field less under its new class.
pub(super) fn sensitivity(old: Sensitivity, new: Sensitivity) -> bool {
    let rank = |s: Sensitivity| match s {
        Sensitivity::None => 0,
        Sensitivity::Ordinary => 1,
        _ => 2,
    };
    rank(new) < rank(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_looser_unless_it_implies_the_old_one() {
        use RowCondition as C;
        for (old, new, looser) in [
            (C::AssignedOpenCase, C::OpenCase, true),
            (C::OpenCase, C::None, true),
            (C::CountsOnly, C::AssignedOpenCase, true),
            (C::SiteOpenCase, C::AssignedOpenCase, true),
            (C::None, C::OpenCase, false),
            (C::OpenCase, C::RegionOpenCase, false),
            (C::None, C::CountsOnly, false),
            (C::OpenCase, C::OpenCase, false),
        ] {
            assert_eq!(condition(old, new), looser, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn conditions_are_looser_where_more_counts() {
        let day = |hours: &str| Conditions {
            hours: Some(hours.parse().unwrap()),
            ..Conditions::default()
        };
        let from = |networks: &[&str]| Conditions {
            networks: networks.iter().map(|n| n.parse().unwrap()).collect(),
            ..Conditions::default()
        };
        let always = Conditions::default();
        for (old, new, looser) in [
            (&always, &day("mon 08:00-09:00"), false),
            (&day("mon 08:00-09:00"), &always, true),
            (&day("mon 08:00-09:00"), &day("mon-tue 08:00-09:00"), true),
            (&day("mon-tue 08:00-09:00"), &day("mon 08:00-09:00"), false),
            (
                &from(&["10.0.0.0/8"]),
                &from(&["10.0.0.0/8", "192.0.2.0/24"]),
                true,
            ),
            (
                &from(&["10.0.0.0/8", "192.0.2.0/24"]),
                &from(&["10.0.0.0/8"]),
                false,
            ),
            (&from(&["10.0.0.0/8"]), &from(&[]), true),
        ] {
            assert_eq!(conditions(old, new), looser, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn a_quota_is_looser_when_one_limit_rises_or_falls_away() {
        let limit = |clear_per_day| Quota {
            clear_per_day,
            ..Quota::default()
        };
        for (old, new, looser) in [
            (Some(5), Some(6), true),
            (Some(5), None, true),
            (Some(5), Some(4), false),
            (None, Some(9), false),
            (None, None, false),
        ] {
            assert_eq!(quota(limit(old), limit(new)), looser, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn consent_is_looser_when_its_form_weakens_or_cannot_be_compared() {
        use ConsentForm as F;
        for (old, new, looser) in [
            (Some(F::Separate), Some(F::General), true),
            (Some(F::General), None, true),
            (Some(F::Guardian), Some(F::Separate), true),
            (Some(F::Separate), Some(F::Written), false),
            (Some(F::General), Some(F::Separate), false),
            (None, Some(F::General), false),
        ] {
            assert_eq!(consent(old, new), looser, "{old:?} to {new:?}");
        }
        assert!(basis(Some(&Basis::Consent), Some(&Basis::Contract)));
        assert!(!basis(Some(&Basis::Contract), Some(&Basis::Consent)));
    }
}
