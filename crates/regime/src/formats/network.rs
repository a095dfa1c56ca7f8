//! Addresses and accounts on networks, and the devices that use them.

use super::{Reason, all_digits, organisation::luhn, when};

/// `local@domain`: a dot-atom of at most 64 characters, a domain of at least two labels.
///
/// Source: RFC 5321 section 4.1.2 without quoted strings and address literals; domains may be in any
/// script (RFC 5890).
pub(super) fn email(value: &str) -> Result<(), Reason> {
    let (local, domain) = value.rsplit_once('@').ok_or(Reason::Shape)?;
    let atom = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b);
    when(local.bytes().all(atom), Reason::Characters)?;
    when(
        (1..=64).contains(&local.len()) && value.len() <= 254,
        Reason::Length,
    )?;
    when(!local.split('.').any(str::is_empty), Reason::Shape)?;
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top_is_name = labels.last().is_some_and(|top| !all_digits(top));
    when(
        labels.len() >= 2 && labels.iter().all(is_label) && top_is_name,
        Reason::Shape,
    )
}

/// An IPv4 or IPv6 address without port or zone.
pub(super) fn ip(value: &str) -> Result<(), Reason> {
    when(value.parse::<std::net::IpAddr>().is_ok(), Reason::Shape)
}

/// Six pairs of hexadecimal digits.
pub(super) fn mac(value: &str) -> Result<(), Reason> {
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    when(
        value.split(':').count() == 6 && value.split(':').all(is_pair),
        Reason::Shape,
    )
}

/// 15 digits, the last a Luhn check digit (3GPP TS 23.003).
pub(super) fn imei(value: &str) -> Result<(), Reason> {
    when(all_digits(value), Reason::Characters)?;
    when(value.len() == 15, Reason::Length)?;
    luhn(value)
}

/// A WeChat id: a letter, then 5 to 19 letters, digits, `_` or `-`.
pub(super) fn wechat(value: &str) -> Result<(), Reason> {
    when(
        value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')),
        Reason::Characters,
    )?;
    when((6..=20).contains(&value.len()), Reason::Length)?;
    when(
        value.starts_with(|c: char| c.is_ascii_alphabetic()),
        Reason::Shape,
    )
}

/// A QQ number: 5 to 11 digits, the first no zero.
pub(super) fn qq(value: &str) -> Result<(), Reason> {
    when(all_digits(value), Reason::Characters)?;
    when((5..=11).contains(&value.len()), Reason::Length)?;
    when(!value.starts_with('0'), Reason::Shape)
}
