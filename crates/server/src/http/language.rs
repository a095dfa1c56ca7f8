//! Which language the caller wants.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use shouxin_model::text::Language;

/// The caller's language, from `Accept-Language`; Simplified Chinese if it names neither.
#[derive(Clone, Copy, Debug)]
pub struct Speaks(pub Language);

impl<S: Send + Sync> FromRequestParts<S> for Speaks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(preferred(&parts.headers)))
    }
}

/// The language with the highest weight in `Accept-Language`; the first named wins a tie.
pub fn preferred(headers: &HeaderMap) -> Language {
    let mut best = (Language::Chinese, 0.0_f32);
    let values = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    for range in values.flat_map(|v| v.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts
            .find_map(|p| p.strip_prefix("q=").and_then(|q| q.parse().ok()))
            .unwrap_or(1.0);
        let language = match tag.split('-').next() {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => continue,
        };
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: Language) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, header.parse().unwrap());
        assert_eq!(preferred(&headers), expected, "{header}");
    }

    #[test]
    fn the_heaviest_language_wins_and_chinese_is_the_default() {
        assert_eq!(preferred(&HeaderMap::new()), Language::Chinese);
        check("en", Language::English);
        check("en-GB,en;q=0.8,zh;q=0.2", Language::English);
        check("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese);
        check("en;q=0.1, zh-Hans;q=0.9", Language::Chinese);
        check("fr, de", Language::Chinese);
        check("fr, en;q=0.5", Language::English);
        check("en;q=nonsense", Language::English);
    }
}
