//! What the checks know of kinds, as tables. What they know of the law is in `shouxin_regime::law`.

use shouxin_model::{FieldKind, SearchMode};

/// The searches that have a meaning for values of a kind. Enums have none: with so few values, equal tags
/// would give the values away.
pub(crate) const fn searches(kind: FieldKind) -> &'static [SearchMode] {
    use FieldKind as K;
    use SearchMode as S;
    match kind {
        K::Name => &[S::Name, S::Surname, S::Initials],
        K::Mobile
        | K::Landline
        | K::ResidentId
        | K::Passport
        | K::Permit
        | K::BankCard
        | K::Imei => &[S::Exact, S::Last4],
        K::Uscc | K::Vin | K::Plate | K::Waybill | K::Code => &[S::Exact, S::Last4, S::Prefix],
        K::Address => &[S::Prefix],
        K::Email | K::Ip | K::Mac | K::Wechat | K::Qq | K::DateOfBirth => &[S::Exact],
        K::Enum | K::Gps | K::FreeText | K::Money | K::Number | K::Time | K::File => &[],
    }
}

/// Whether a clear value of this kind is enough to pass for the person, so that opening it takes a
/// fresh second factor.
pub(crate) const fn needs_second_factor(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::ResidentId | FieldKind::Passport | FieldKind::BankCard
    )
}

/// The mask rules that a field of this kind may name instead of its kind's own: those made for it, and
/// `secret`, which shows nothing. A rule made for another kind could show the whole value.
///
/// The names are those of `shouxin_deid::Rule`, which this crate does not see.
pub(crate) const fn masks(kind: FieldKind) -> &'static [&'static str] {
    use FieldKind as K;
    match kind {
        K::Name => &["name", "secret"],
        K::Mobile => &["mobile", "mobile_waybill", "mobile_strict", "secret"],
        K::Landline => &["landline", "landline_waybill", "secret"],
        K::ResidentId => &["resident_id", "resident_id_strict", "secret"],
        K::Passport | K::Permit => &["passport", "secret"],
        K::BankCard => &["bank_card", "bank_card_strict", "secret"],
        K::Uscc => &["uscc", "uscc_strict", "secret"],
        K::Vin => &["vin", "vin_strict", "secret"],
        K::Plate => &["plate", "plate_strict", "secret"],
        K::Address => &["address", "address_waybill", "address_strict", "secret"],
        K::Email => &["email", "secret"],
        K::Ip => &["ip", "ip_strict", "secret"],
        K::Mac => &["mac", "secret"],
        K::Imei => &["imei", "secret"],
        K::Wechat => &["wechat", "secret"],
        K::Qq => &["qq", "secret"],
        K::Waybill => &["waybill_no", "secret"],
        K::Gps => &["gps", "gps_strict", "secret"],
        K::DateOfBirth => &["date_of_birth", "secret"],
        K::FreeText => &["free_text", "goods", "secret"],
        K::File => &["file", "secret"],
        K::Code => &["plain", "engine_no", "secret"],
        K::Money | K::Enum | K::Number | K::Time => &["plain", "secret"],
    }
}
