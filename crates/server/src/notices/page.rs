//! The page of a notice: for phones first, without scripts, under a policy that allows its one style and
//! nothing else.

use std::fmt::Write as _;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};
use shouxin_model::text::Language;
use shouxin_vault::NoticeVersion;
use shouxin_vault::said::ParagraphKind;

use crate::http::html::escaped;

/// The value of `Content-Security-Policy`.
pub(super) fn policy() -> String {
    let style = BASE64.encode(&Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

/// The page.
pub(super) fn render(version: &NoticeVersion, in_force: bool, language: Language) -> String {
    let published = &version.published;
    let (tag, other_tag, other, other_word) = match language {
        Language::Chinese => ("zh-CN", "en", "English", "en"),
        Language::English => ("en", "zh-CN", "中文", "zh"),
    };
    let title = escaped(published.bound.title.get(language));
    let number = published.version;
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<nav>\
         <a href=\"?language={other_word}&amp;version={number}\" lang=\"{other_tag}\" hreflang=\"{other_tag}\">{other}</a>\
         </nav>\n<main>\n"
    );
    if !in_force {
        let note = match language {
            Language::Chinese => "这不是现行版本。",
            Language::English => "This is not the version in force.",
        };
        let word = super::word(language);
        let link = match language {
            Language::Chinese => "查看现行版本",
            Language::English => "Show the version in force",
        };
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(
            html,
            "<p class=\"important\">{note} <a href=\"?language={word}\">{link}</a></p>"
        );
    }
    for paragraph in published.bound.paragraphs(language) {
        let text = escaped(&paragraph.text);
        let _ = match paragraph.kind {
            ParagraphKind::Title => writeln!(html, "<h1>{text}</h1>"),
            ParagraphKind::Heading => writeln!(html, "<h2>{text}</h2>"),
            ParagraphKind::Subheading => writeln!(html, "<h3>{text}</h3>"),
            ParagraphKind::Text => writeln!(html, "<p>{text}</p>"),
            ParagraphKind::Important => writeln!(html, "<p class=\"important\">{text}</p>"),
        };
    }
    html.push_str("</main>\n<footer>\n");
    footer(&mut html, version, language);
    html.push_str("</footer>\n</body>\n</html>\n");
    html
}

fn footer(html: &mut String, version: &NoticeVersion, language: Language) {
    let published = &version.published;
    let number = published.version;
    let from = version.from.unwrap_or(published.effective_at).rfc3339();
    let from = from.get(..10).unwrap_or(&from);
    let hash = HEXLOWER.encode(&published.hash);
    let word = super::word(language);
    let _ = match language {
        Language::Chinese => writeln!(
            html,
            "<p>第 {number} 版,{from} 起生效。</p>\n<p>校验值(SHA-256):<code>{hash}</code></p>"
        ),
        Language::English => writeln!(
            html,
            "<p>Version {number}, in force from {from}.</p>\n<p>SHA-256: <code>{hash}</code></p>"
        ),
    };
    if number > 1 {
        let earlier = match language {
            Language::Chinese => "以前的版本:",
            Language::English => "Earlier versions: ",
        };
        let links: Vec<String> = (1..number)
            .rev()
            .take(MOST_LINKS)
            .map(|n| format!("<a href=\"?language={word}&amp;version={n}\">{n}</a>"))
            .collect();
        let _ = writeln!(html, "<p>{earlier}{}</p>", links.join(" "));
    }
}

/// Earlier versions that a page links to.
const MOST_LINKS: usize = 50;

/// Nothing wider than a narrow phone; contrast of 7:1 and more.
const STYLE: &str = "html{font:100%/1.7 system-ui,sans-serif;color:#1a1a1a;background:#fff}\
body{margin:0 auto;padding:1rem;max-width:42rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .25rem}\
p{margin:.5rem 0}.important{border-left:.25rem solid #8a1f11;padding-left:.75rem;font-weight:600}\
nav{text-align:right}a{color:#0b4a8f;display:inline-block;min-width:1.5rem;padding:.25rem}\
a:focus-visible{outline:.2rem solid #0b4a8f}footer{margin-top:2rem;border-top:1px solid #767676;font-size:.875rem}\
@media(prefers-color-scheme:dark){html{color:#f0f0f0;background:#161616}a{color:#9cc7ff}\
.important{border-color:#ff9b8c}a:focus-visible{outline-color:#9cc7ff}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_the_style_that_is_served_and_no_script() {
        let policy = policy();
        let digest = BASE64.encode(&Sha256::digest(STYLE));
        assert!(policy.contains(&format!("style-src 'sha256-{digest}'")));
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
}
