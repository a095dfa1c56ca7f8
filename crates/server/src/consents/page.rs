//! A receipt as a page to print. No script, no picture, nothing from elsewhere.

use std::fmt::Write as _;

use serde_json::Value;
use shouxin_model::text::Language;
use shouxin_vault::said::shouxin_ledger::Receipt;

use crate::http::html::escaped;

/// What a browser may load for it: its own style, by its hash.
pub(super) const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
    style-src 'sha256-VeV5KkF14R7+oHyTpPCPAaKDqfamLcfQHgpiu7o+/Kc='";

const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#111;\
background:#fff}h1{font-size:1.4em}dt{font-weight:600;margin-top:.6em}dd{margin:0}pre{white-space:pre-wrap;\
word-break:break-all;font-size:11px;border-top:1px solid #999;padding-top:1em}";

/// The page.
pub(super) fn page(receipt: &Receipt, language: Language) -> String {
    let json = receipt.json();
    let zh = language == Language::Chinese;
    let pick = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let mut rows = String::new();
    for (chinese, english, place) in ROWS {
        let Some(value) = json.pointer(place).filter(|value| !value.is_null()) else {
            continue;
        };
        let text = match value {
            Value::String(text) => escaped(text),
            other => escaped(&other.to_string()),
        };
        let _ = write!(rows, "<dt>{}</dt><dd>{text}</dd>", pick(chinese, english));
    }
    let (tag, title) = (pick("zh-CN", "en"), pick("同意回执", "Consent receipt"));
    let check = pick(
        "将下面的内容存为文件,用账本公钥离线核验:shouxin-verify receipt 文件 --key 公钥",
        "Save what stands below as a file and check it offline with the ledger's public key: \
         shouxin-verify receipt FILE --key KEY",
    );
    format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head><body><main>\
         <h1>{title}</h1><dl>{rows}</dl><p>{check}</p><pre>{}</pre></main></body></html>",
        escaped(&json.to_string())
    )
}

/// Chinese, English, and where it stands in the receipt.
const ROWS: [(&str, &str, &str); 13] = [
    ("回执编号", "Receipt", "/receipt_metadata/receipt_id"),
    (
        "个人信息处理者",
        "Controller",
        "/party_identification/0/party_name",
    ),
    (
        "目的",
        "Purpose",
        "/pii_processing/purposes/0/purpose_description",
    ),
    ("表示", "Said", "/event/0/event_state"),
    ("形式", "Form", "/event/0/cn:consent_form"),
    ("范围", "Part", "/event/0/cn:part"),
    (
        "联系方式",
        "Way of being reached",
        "/event/0/cn:contact_channel",
    ),
    ("时间", "When", "/event/0/event_time"),
    ("有效期至", "Valid until", "/event/0/validity_duration"),
    (
        "收集途径",
        "Collected through",
        "/pii_processing/purposes/0/collection_method",
    ),
    (
        "所示告知书",
        "Notice shown",
        "/pii_processing/privacy_notice",
    ),
    ("账本条目", "Ledger entry", "/shouxin/proof/index"),
    (
        "首次被拒查阅(账本条目)",
        "First read denied (ledger entry)",
        "/shouxin/first_denied/index",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_style_that_the_page_has() {
        let hash = data_encoding::BASE64.encode(&shouxin_vault::sha256(STYLE.as_bytes()));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
    }
}
