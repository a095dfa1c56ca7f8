//! A static file within the program, in the form that the asking program reads.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// A file within the program, with its packed forms where packing made it smaller.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Its path, from the folder that it was built into.
    pub(crate) name: &'static str,
    pub(crate) plain: &'static [u8],
    pub(crate) brotli: Option<&'static [u8]>,
    pub(crate) gzip: Option<&'static [u8]>,
}

/// The file of this name. The names are sorted.
pub(crate) fn find<'a>(assets: &'a [Asset], name: &str) -> Option<&'a Asset> {
    let at = assets.binary_search_by(|asset| asset.name.cmp(name)).ok()?;
    assets.get(at)
}

impl Asset {
    /// The file in the smallest form that the request takes. One with a digest in its name is kept for good, all
    /// else not at all: the next version of the program may have another.
    pub(crate) fn answer(&self, headers: &HeaderMap, is_hashed: bool) -> Response {
        let (coding, bytes) = self.form(headers);
        let caching = if is_hashed {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        };
        let mut response = Bytes::from_static(bytes).into_response();
        let mut put = |name, value| {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value))
        };
        put(header::CONTENT_TYPE, self.kind());
        put(header::CACHE_CONTROL, caching);
        put(header::VARY, "Accept-Encoding");
        if let Some(coding) = coding {
            put(header::CONTENT_ENCODING, coding);
        }
        response
    }

    fn form(&self, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        let packed = [("br", self.brotli), ("gzip", self.gzip)];
        packed
            .into_iter()
            .find_map(|(coding, bytes)| {
                Some((Some(coding), bytes.filter(|_| takes(headers, coding))?))
            })
            .unwrap_or((None, self.plain))
    }

    fn kind(&self) -> &'static str {
        match self.name.rsplit_once('.').map_or("", |(_, end)| end) {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "json" => "application/json",
            _ => "application/octet-stream",
        }
    }
}

/// Whether the request names this coding, and not with the weight 0.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| {
            let (name, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight.trim().strip_prefix("q=");
            let weight: f32 = weight.and_then(|text| text.parse().ok()).unwrap_or(0.0);
            name.trim().eq_ignore_ascii_case(coding) && weight > 0.0
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[Asset] = &[
        Asset {
            name: "assets/app-1a2b.js",
            plain: b"plain",
            brotli: Some(b"br"),
            gzip: Some(b"gz"),
        },
        Asset {
            name: "index.html",
            plain: b"page",
            brotli: None,
            gzip: Some(b"gz"),
        },
    ];

    fn check(name: &str, takes: &'static str, coding: Option<&str>, caching: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(takes));
        let response = find(FILES, name)
            .unwrap()
            .answer(&headers, caching == "immutable");
        let sent = |name| response.headers().get(name).map(|v| v.to_str().unwrap());
        assert_eq!(sent(header::CONTENT_ENCODING), coding, "{takes}");
        assert!(sent(header::CACHE_CONTROL).unwrap().contains(caching));
        assert_eq!(sent(header::VARY), Some("Accept-Encoding"));
    }

    #[test]
    fn the_smallest_form_that_the_request_takes_is_sent() {
        let name = "assets/app-1a2b.js";
        check(name, "gzip, deflate, br", Some("br"), "immutable");
        check(name, "br;q=0, gzip;q=0.5", Some("gzip"), "immutable");
        check(name, "br;q=nonsense", None, "immutable");
        check(name, "identity", None, "immutable");
        check("index.html", "br, gzip", Some("gzip"), "no-store");
    }

    #[test]
    fn a_name_is_found_whole_or_not_at_all() {
        assert!(find(FILES, "index.html").is_some());
        for name in [
            "",
            "index",
            "assets/",
            "../index.html",
            "assets/app-1a2b.js.br",
        ] {
            assert!(find(FILES, name).is_none(), "{name}");
        }
    }
}
