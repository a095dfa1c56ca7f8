//! Method, path, query and headers.

use crate::{Rule, agents, decode, expression, markup, path, probes, text};

/// The head of a request, as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The path, still percent-encoded.
    pub path: &'a str,
    /// What stands behind the question mark, still percent-encoded.
    pub query: Option<&'a str>,
}

/// What was found, and where. The place is a word of ours or the name of a parameter or header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Why.
    pub rule: Rule,
    /// Where: `path`, `query`, a parameter's name, `?` for a name that is none, or a header's name.
    pub at: String,
}

/// What looks like an attack in the head of a request, if anything. Headers are given by their name in
/// lower case and their bytes, each as often as it was sent.
pub fn head<'a>(
    head: Head<'_>,
    headers: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Option<Finding> {
    in_path(head.path)
        .map(|rule| found(rule, "path"))
        .or_else(|| head.query.and_then(in_query))
        .or_else(|| in_headers(headers))
}

fn found(rule: Rule, at: &str) -> Finding {
    Finding {
        rule,
        at: at.to_owned(),
    }
}

fn in_path(raw: &str) -> Option<Rule> {
    if raw.len() > LONGEST_PATH {
        return Some(Rule::Oversized);
    }
    let decoded = match decode::percent(raw, false) {
        Ok(decoded) => decoded,
        Err(rule) => return Some(rule),
    };
    let is_ours = decoded
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'.'));
    let climbs = || decoded.split('/').any(|part| part == "." || part == "..");
    if decoded.contains('.') && climbs() || decoded.contains('\\') {
        return Some(Rule::Traversal);
    }
    // A slash that was encoded is no part of any id.
    if decoded.len() != raw.len() && decoded.matches('/').count() != raw.matches('/').count() {
        return Some(Rule::Traversal);
    }
    let lower = decoded.to_ascii_lowercase();
    if probes::is_probe(&lower) {
        return Some(Rule::Probe);
    }
    if is_ours {
        return None;
    }
    decoded.split('/').find_map(text)
}

fn in_query(raw: &str) -> Option<Finding> {
    if raw.len() > LONGEST_QUERY || raw.split('&').count() > MOST_PARAMETERS {
        return Some(found(Rule::Oversized, "query"));
    }
    raw.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let shown = if is_name(name) { name } else { "?" };
        let rule = |raw| match decode::percent(raw, true) {
            Ok(decoded) => text(&decoded),
            Err(rule) => Some(rule),
        };
        rule(name)
            .or_else(|| rule(value))
            .map(|rule| found(rule, shown))
    })
}

fn in_headers<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Option<Finding> {
    let (mut count, mut bytes) = (0, 0);
    let mut seen = [false; ONCE.len()];
    let (mut sized, mut chunked) = (false, false);
    for (name, value) in headers {
        count += 1;
        bytes += name.len() + value.len();
        if count > MOST_HEADERS || bytes > MOST_HEADER_BYTES {
            return Some(found(Rule::Oversized, "headers"));
        }
        if let Some(at) = ONCE.iter().position(|once| *once == name)
            && std::mem::replace(&mut seen[at], true)
        {
            return Some(found(Rule::Repeated, ONCE[at]));
        }
        let rule = match name {
            "content-length" => {
                sized = true;
                let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
                (!digits).then_some(Rule::Framing)
            }
            "transfer-encoding" => {
                chunked = true;
                (!value.eq_ignore_ascii_case(b"chunked")).then_some(Rule::Framing)
            }
            "host" => (!is_host(value)).then_some(Rule::Host),
            // Nothing that arrives is unpacked: no body can grow.
            "content-encoding" => {
                (!value.eq_ignore_ascii_case(b"identity")).then_some(Rule::Encoding)
            }
            "user-agent" => in_agent(value),
            "referer" | "origin" | "accept-language" | "content-type" | "x-forwarded-for"
            | "forwarded" | "from" => in_value(value),
            "content-disposition" | "x-file-name" => in_file_name(value),
            "x-http-method-override"
            | "x-http-method"
            | "x-method-override"
            | "x-original-url"
            | "x-rewrite-url" => Some(Rule::Override),
            _ => None,
        };
        if let Some(rule) = rule {
            return Some(found(rule, name));
        }
        if sized && chunked {
            return Some(found(Rule::Framing, "transfer-encoding"));
        }
    }
    None
}

/// Programs say many things of themselves; what would be evaluated somewhere is never among them.
fn in_agent(value: &[u8]) -> Option<Rule> {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    agents::agent(&lower).or_else(|| evaluated(&lower))
}

/// Values of headers that others may log or show.
fn in_value(value: &[u8]) -> Option<Rule> {
    evaluated(&String::from_utf8_lossy(value).to_ascii_lowercase())
}

fn evaluated(lower: &str) -> Option<Rule> {
    if expression::is_expression(lower) {
        Some(Rule::Expression)
    } else if lower.contains('<') && markup::is_markup(lower) {
        Some(Rule::Markup)
    } else {
        None
    }
}

fn in_file_name(value: &[u8]) -> Option<Rule> {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    let inner = decode::deeper(&lower).unwrap_or_default();
    if path::leaves(&lower) || path::leaves(&inner) {
        Some(Rule::Traversal)
    } else {
        evaluated(&lower)
    }
}

/// A name or an address, and perhaps a port.
fn is_host(value: &[u8]) -> bool {
    let shape =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !value.is_empty() && value.len() <= 255 && value.iter().all(shape)
}

/// What could be the name of a parameter of ours.
fn is_name(name: &str) -> bool {
    let shape = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(shape)
}

/// Headers of which a second one would leave open which counts.
const ONCE: [&str; 13] = [
    "host",
    "content-length",
    "transfer-encoding",
    "content-type",
    "content-encoding",
    "origin",
    "referer",
    "user-agent",
    "x-csrf-token",
    "idempotency-key",
    "if-match",
    "sec-fetch-site",
    "content-disposition",
];

const LONGEST_PATH: usize = 2 * 1024;
const LONGEST_QUERY: usize = 8 * 1024;
const MOST_PARAMETERS: usize = 64;
const MOST_HEADERS: usize = 64;
const MOST_HEADER_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, headers: &[(&str, &str)], expected: Option<(Rule, &str)>) {
        let (path_only, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let request = Head {
            path: path_only,
            query,
        };
        let given = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        let found = head(request, given).map(|found| (found.rule, found.at));
        let expected = expected.map(|(rule, at)| (rule, at.to_owned()));
        assert_eq!(found, expected, "{path} {headers:?}");
    }

    #[test]
    fn requests_of_ours_pass() {
        let usual = [
            ("host", "shouxin.example.com:8443"),
            (
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            ),
            ("accept-language", "zh-CN,zh;q=0.9,en;q=0.8"),
            ("content-type", "application/json; charset=utf-8"),
            ("content-length", "120"),
            ("cookie", "__Host-shouxin=abcdefghijklmnop"),
            ("referer", "https://shouxin.example.com/customers?tab=1#top"),
            ("x-forwarded-for", "192.0.2.1, 10.0.0.2"),
        ];
        for path in [
            "/api/v1/subjects/sub_06fs8k0000000000000000000g/reads?explain",
            "/api/v1/cases?purpose=repair-service&limit=20&cursor=Zm9vYmFy_-",
            "/api/v1/ledger/entries?kind=read&actor=stf_06fs8k0000000000000000000g",
            "/api/v1/ledger/tile/0/x001/067.p/12",
            "/api/openapi.json",
            "/healthz",
            "/",
            "/favicon.ico",
            "/assets/index.js",
        ] {
            check(path, &usual, None);
        }
    }

    #[test]
    fn paths_and_parameters_are_looked_into() {
        for (path, rule, at) in [
            ("/.env", Rule::Probe, "path"),
            ("/wp-admin/setup-config.php", Rule::Probe, "path"),
            ("/.git/HEAD", Rule::Probe, "path"),
            ("/phpMyAdmin/index", Rule::Probe, "path"),
            ("/backup.sql", Rule::Probe, "path"),
            ("/api/v1/../../etc", Rule::Traversal, "path"),
            ("/api/v1/%2e%2e/x", Rule::Traversal, "path"),
            ("/api/v1/a%2fb", Rule::Traversal, "path"),
            ("/api/v1/%252e%252e/x", Rule::Encoding, "path"),
            ("/api/v1/a%00", Rule::Control, "path"),
            ("/api/v1/a%0d%0aX: y", Rule::Control, "path"),
            ("/api/v1/%", Rule::Encoding, "path"),
            ("/api/v1/reads/1'%20or%201=1--", Rule::Sql, "path"),
            ("/a?limit=1%20or%201=1", Rule::Sql, "limit"),
            ("/a?limit=1+or+1=1", Rule::Sql, "limit"),
            ("/a?x%27=1'or'1'='1", Rule::Sql, "?"),
            ("/a?q=%3Cscript%3E", Rule::Markup, "q"),
            ("/a?q=%2527", Rule::Encoding, "q"),
            ("/a?q=${jndi:ldap://x}", Rule::Expression, "q"),
        ] {
            check(path, &[], Some((rule, at)));
        }
        let many = format!("/a?{}", "x=1&".repeat(70));
        check(&many, &[], Some((Rule::Oversized, "query")));
        let long = format!("/{}", "a".repeat(3000));
        check(&long, &[], Some((Rule::Oversized, "path")));
    }

    #[test]
    fn headers_are_looked_into() {
        for (headers, rule, at) in [
            (
                &[("user-agent", "sqlmap/1.9#stable (https://sqlmap.org)")][..],
                Rule::Scanner,
                "user-agent",
            ),
            (
                &[("user-agent", "Mozilla/5.00 (Nikto/2.5.0)")],
                Rule::Scanner,
                "user-agent",
            ),
            (
                &[("user-agent", "Mozilla/5.0 (compatible; Baiduspider/2.0)")],
                Rule::Crawler,
                "user-agent",
            ),
            (
                &[("user-agent", "${jndi:ldap://x/a}")],
                Rule::Expression,
                "user-agent",
            ),
            (
                &[("referer", "<script>alert(1)</script>")],
                Rule::Markup,
                "referer",
            ),
            (
                &[("content-length", "5"), ("transfer-encoding", "chunked")],
                Rule::Framing,
                "transfer-encoding",
            ),
            (
                &[("transfer-encoding", "chunked, identity")],
                Rule::Framing,
                "transfer-encoding",
            ),
            (&[("content-length", "+5")], Rule::Framing, "content-length"),
            (
                &[("content-length", "5"), ("content-length", "5")],
                Rule::Repeated,
                "content-length",
            ),
            (&[("host", "a"), ("host", "b")], Rule::Repeated, "host"),
            (&[("host", "a/b")], Rule::Host, "host"),
            (&[("host", "")], Rule::Host, "host"),
            (&[("host", "a b")], Rule::Host, "host"),
            (
                &[("x-http-method-override", "DELETE")],
                Rule::Override,
                "x-http-method-override",
            ),
            (
                &[("x-original-url", "/api/v1/staff")],
                Rule::Override,
                "x-original-url",
            ),
            (
                &[(
                    "content-disposition",
                    "attachment; filename=\"../../x.csv\"",
                )],
                Rule::Traversal,
                "content-disposition",
            ),
            (
                &[(
                    "content-disposition",
                    "attachment; filename*=UTF-8''..%2f..%2fx.csv",
                )],
                Rule::Traversal,
                "content-disposition",
            ),
        ] {
            check("/", headers, Some((rule, at)));
        }
        let many = vec![("x-a", "b"); 65];
        check("/", &many, Some((Rule::Oversized, "headers")));
        let long = "a".repeat(17 * 1024);
        check("/", &[("x-a", &long)], Some((Rule::Oversized, "headers")));
    }
}
