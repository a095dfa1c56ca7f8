//! Masking e-mail, network and geographic addresses.

use std::net::{IpAddr, Ipv6Addr};

use crate::ends::{compact, half_width, stars, whole};

/// `z*******@example.com`
pub(crate) fn email(value: &str) -> String {
    let text = half_width(value);
    let Some((local, domain)) = text.rsplit_once('@') else {
        return whole(value);
    };
    let is_address = text
        .chars()
        .all(|c| c.is_alphanumeric() && !shouxin_model::surname::is_han(c) || c.is_ascii_graphic());
    if !is_address || !local.starts_with(char::is_alphanumeric) || !domain.contains('.') {
        return whole(value);
    }
    // A first letter shows only where others stay hidden.
    let first = local
        .chars()
        .next()
        .filter(|_| local.chars().skip(1).any(char::is_alphanumeric));
    let hidden = local.chars().count() - first.iter().count();
    format!(
        "{}{}@{domain}",
        first.map_or(String::new(), String::from),
        stars(hidden)
    )
}

/// `203.0.113.*` or `2001:db8:85a3:*`; strictly half of that.
pub(crate) fn ip(value: &str, strict: bool) -> String {
    match half_width(value)
        .parse::<IpAddr>()
        .map(|ip| ip.to_canonical())
    {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            if strict {
                format!("{a}.{b}.*.*")
            } else {
                format!("{a}.{b}.{c}.*")
            }
        }
        Ok(IpAddr::V6(ip)) => {
            let groups = ip.segments();
            let (kept, hidden) = groups.split_at(if strict { 2 } else { 3 });
            if hidden.iter().all(|&group| group == 0) {
                return whole(value);
            }
            let kept = &kept[..kept
                .iter()
                .rposition(|&group| group != 0)
                .map_or(0, |at| at + 1)];
            kept.iter()
                .map(|group| format!("{group:x}:"))
                .chain(["*".to_owned()])
                .collect()
        }
        Err(_) => whole(value),
    }
}

/// `203.0.113.0/24` or `2001:db8:85a3::/48`.
pub(crate) fn network(value: &str) -> Option<String> {
    Some(
        match half_width(value).parse::<IpAddr>().ok()?.to_canonical() {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, ..] = ip.segments();
                format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
        },
    )
}

/// `00:1A:2B:**:**:**`: the maker's half.
pub(crate) fn mac(value: &str) -> String {
    let hex: Vec<char> = compact(value)
        .chars()
        .filter(|c| !matches!(c, ':' | '.'))
        .collect();
    if hex.len() != 12 || !hex.iter().all(char::is_ascii_hexdigit) {
        return whole(value);
    }
    let shown: Vec<String> = hex[..6]
        .chunks(2)
        .map(|pair| pair.iter().collect::<String>().to_uppercase())
        .collect();
    format!("{}:**:**:**", shown.join(":"))
}

/// A position cut (not rounded) to at most `decimals`, and at least one decimal fewer than given.
pub(crate) fn position(value: &str, decimals: usize) -> Option<String> {
    let text: String = half_width(value).split_whitespace().collect();
    let (latitude, longitude) = text.split_once(',')?;
    let cut = |degrees: &str, limit: f64| -> Option<String> {
        let (whole, fraction) = degrees.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let plain = digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(fraction);
        let inside = plain
            && degrees
                .parse::<f64>()
                .is_ok_and(|value| value.abs() <= limit);
        let kept = &fraction[..if inside {
            decimals.min(fraction.len() - 1)
        } else {
            0
        }];
        inside.then(|| {
            if kept.is_empty() {
                whole.to_owned()
            } else {
                format!("{whole}.{kept}")
            }
        })
    };
    Some(format!(
        "{},{}",
        cut(latitude, 90.0)?,
        cut(longitude, 180.0)?
    ))
}
