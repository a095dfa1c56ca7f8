//! A receipt as people and programs take it: a page to print, without script or picture, and a file.

use std::fmt::Write as _;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use shouxin_model::Moment;
use shouxin_model::text::Language;
use shouxin_vault::said::shouxin_ledger::Receipt;

use super::html::escaped;

/// What a browser may load for it: its own style, by its hash.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
    style-src 'sha256-urQ9goKGsNWVi7dI1GTq9RVZ866bH0O0ZF2KqGNHt7E='";

const STYLE: &str = "\
*{box-sizing:border-box}:root{color-scheme:light dark;--bg:#f4f6f5;--card:#fff;--fg:#1b2422;--muted:#4b5\
755;--line:#dfe5e3;--on:#0f6e63}@media(prefers-color-scheme:dark){:root{--bg:#101615;--card:#182120;--fg\
:#e6eceb;--muted:#a9b5b2;--line:#2c3836;--on:#5cc2b0}}body{margin:0;background:var(--bg);color:var(--fg)\
;font:16px/26px 'PingFang SC','HarmonyOS Sans SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-se\
rif;overflow-wrap:anywhere}main{max-inline-size:640px;margin:auto;padding:16px}h1{font-size:22px;line-he\
ight:30px}p{margin:8px 0}dl{margin:16px 0;background:var(--card);border:1px solid var(--line);border-rad\
ius:8px}dl div{padding:8px 16px;display:grid;grid-template-columns:11em 1fr;gap:0 16px}dl div+div{border\
-block-start:1px solid var(--line)}dt{color:var(--muted)}dd{margin:0}a{color:var(--on)}.act a{display:in\
line-flex;align-items:center;min-block-size:44px;font-weight:600}code{font-size:14px}summary{min-block-s\
ize:44px;padding-block:8px;cursor:pointer}pre{white-space:pre-wrap;font-size:11px;line-height:16px}:focu\
s-visible{outline:3px solid var(--on);outline-offset:2px}@media(max-width:479px){dl div{grid-template-co\
lumns:1fr}}@media print{:root{--bg:#fff;--card:#fff;--fg:#000;--muted:#333}.act,details{display:none}}";

/// The receipt as a page. `file` is where the same receipt is as a file, from this page.
pub(crate) fn page(receipt: &Receipt, language: Language, file: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, render(receipt, language, file)).into_response()
}

/// The receipt as a file that `shouxin-verify receipt` reads.
pub(crate) fn file(receipt: &Receipt, name: &str) -> Response {
    let mut response = axum::Json(receipt.json()).into_response();
    let name = format!("attachment; filename=\"{name}\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

fn render(receipt: &Receipt, language: Language, file: &str) -> String {
    let json = receipt.json();
    let words = Words {
        json: &json,
        language,
    };
    let mut rows = String::new();
    for (label, text) in words.rows() {
        let _ = write!(
            rows,
            "<div><dt>{label}</dt><dd>{}</dd></div>",
            escaped(&text)
        );
    }
    let pick = |chinese: &'static str, english: &'static str| words.pick(chinese, english);
    let (tag, title) = (pick("zh-CN", "en"), pick("同意回执", "Consent receipt"));
    let lead = pick(
        "由账本的密钥签署,脱离本系统也能核验。",
        "Signed with the ledger's keys; it can be checked without this system.",
    );
    let download = pick(
        "下载回执文件(JSON)",
        "Download the receipt as a file (JSON)",
    );
    let check = pick(
        "离线核验:把下载的文件和账本公钥放在一起,运行",
        "To check it offline, put the file beside the ledger's public keys and run",
    );
    let signed = pick("签名与内容", "What is signed");
    format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head><body><main>\
         <h1>{title}</h1><p>{lead}</p><dl>{rows}</dl><p class=\"act\"><a href=\"{}\">{download}</a></p>\
         <p>{check}<br><code>shouxin-verify receipt receipt.json --key ledger.keys</code></p>\
         <details><summary>{signed}</summary><pre tabindex=\"0\">{}</pre></details></main></body></html>",
        escaped(file),
        escaped(&json.to_string())
    )
}

/// What a receipt in the form of ISO/IEC TS 27560 says, in the words of people.
struct Words<'a> {
    json: &'a Value,
    language: Language,
}

impl Words<'_> {
    /// Label and text, in the order of reading; what the receipt does not say is left out.
    fn rows(&self) -> Vec<(&'static str, String)> {
        let all = [
            (
                self.pick("回执编号", "Receipt"),
                self.text("/receipt_metadata/receipt_id"),
            ),
            (
                self.pick("个人信息处理者", "Controller"),
                self.text("/party_identification/0/party_name"),
            ),
            (
                self.pick("目的", "Purpose"),
                self.text("/pii_processing/purposes/0/purpose_description"),
            ),
            (
                self.pick("表示", "Said"),
                self.word("/event/0/event_state", STATES),
            ),
            (self.pick("形式", "Form"), self.form()),
            (self.pick("涉及的信息", "Data"), self.data()),
            (
                self.pick("联系方式", "Way of being reached"),
                self.word("/event/0/cn:contact_channel", CHANNELS),
            ),
            (
                self.pick("时间", "When"),
                self.moment("/event/0/event_time"),
            ),
            (
                self.pick("开始时间", "From"),
                self.moment("/event/0/cn:valid_from"),
            ),
            (
                self.pick("有效期至", "Valid until"),
                self.moment("/event/0/validity_duration"),
            ),
            (
                self.pick("收集途径", "Collected through"),
                self.word("/pii_processing/purposes/0/collection_method", THROUGH),
            ),
            (self.pick("所示告知", "Notice shown"), self.notice()),
            (
                self.pick("撤回方式", "Withdrawal"),
                self.text("/pii_processing/purposes/0/withdrawal_method"),
            ),
            (
                self.pick("账本条目", "Ledger entry"),
                self.number("/shouxin/proof/index"),
            ),
            (
                self.pick(
                    "最后一次允许的查看(账本条目)",
                    "Last look allowed (ledger entry)",
                ),
                self.number("/shouxin/last_allowed/index"),
            ),
            (
                self.pick(
                    "首次被拒的查看(账本条目)",
                    "First look denied (ledger entry)",
                ),
                self.number("/shouxin/first_denied/index"),
            ),
        ];
        let told = all
            .into_iter()
            .filter_map(|(label, text)| Some((label, text?)));
        told.collect()
    }

    const fn pick(&self, chinese: &'static str, english: &'static str) -> &'static str {
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    fn text(&self, place: &str) -> Option<String> {
        self.json.pointer(place)?.as_str().map(str::to_owned)
    }

    fn number(&self, place: &str) -> Option<String> {
        self.json
            .pointer(place)?
            .as_u64()
            .map(|one| one.to_string())
    }

    /// A code of ours, as people say it.
    fn word(&self, place: &str, of: &[(&str, &'static str, &'static str)]) -> Option<String> {
        let code = self.json.pointer(place)?.as_str()?;
        let known = of.iter().find(|(word, ..)| *word == code);
        Some(
            known
                .map_or(code, |(_, zh, en)| self.pick(zh, en))
                .to_owned(),
        )
    }

    /// The form of a consent; a refusal has none that matters.
    fn form(&self) -> Option<String> {
        let given = self.text("/event/0/event_state")? == "given";
        given
            .then(|| self.word("/event/0/cn:consent_form", FORMS))
            .flatten()
    }

    /// A moment as clocks in China show it.
    fn moment(&self, place: &str) -> Option<String> {
        let at = Moment::parse_rfc3339(self.json.pointer(place)?.as_str()?).ok()?;
        let local = at.plus_seconds(8 * 3600).rfc3339();
        let minute = local.get(..16)?.replace('T', " ");
        Some(format!(
            "{minute} {}",
            self.pick("(北京时间)", "(China's time)")
        ))
    }

    fn data(&self) -> Option<String> {
        let all = self
            .json
            .pointer("/pii_processing/purposes/0/pii_information")?;
        let titles = all.as_array()?.iter();
        let titles: Vec<&str> = titles
            .filter_map(|one| one.get("pii_type")?.as_str())
            .collect();
        (!titles.is_empty()).then(|| titles.join(self.pick("、", ", ")))
    }

    /// `marketing@3` as people say it.
    fn notice(&self) -> Option<String> {
        let shown = self
            .json
            .pointer("/pii_processing/privacy_notice")?
            .as_str()?;
        let (name, version) = shown.split_once('@')?;
        Some(match self.language {
            Language::Chinese => format!("{name} 第 {version} 版"),
            Language::English => format!("{name}, version {version}"),
        })
    }
}

const STATES: &[(&str, &str, &str)] = &[
    ("given", "同意", "Agreed"),
    ("refused", "拒绝", "Refused"),
    ("withdrawn", "撤回同意", "Withdrew consent"),
    ("expired", "已到期", "Expired"),
    ("spent", "一次性同意已用完", "One-time consent used up"),
];

const FORMS: &[(&str, &str, &str)] = &[
    ("general", "一般同意", "General consent"),
    ("separate", "单独同意", "Separate consent"),
    ("written", "书面同意", "Written consent"),
    ("guardian", "监护人同意", "A guardian's consent"),
    ("once", "一次性同意", "Consent for one time"),
];

const CHANNELS: &[(&str, &str, &str)] = &[
    ("phone", "电话", "Phone"),
    ("sms", "短信", "Text message"),
    ("email", "电子邮件", "E-mail"),
    ("app", "应用推送", "App push"),
    ("wechat", "微信", "WeChat"),
    ("post", "邮寄", "Post"),
];

const THROUGH: &[(&str, &str, &str)] = &[
    ("web", "网页", "Web page"),
    ("app", "应用", "App"),
    ("mini-program", "小程序", "Mini-program"),
    ("counter", "柜台", "Counter"),
    ("call-centre", "呼叫中心", "Call centre"),
    ("paper", "纸质表单", "Paper form"),
    ("privacy-centre", "隐私中心", "Privacy centre"),
    ("import", "历史导入", "Taken over from before"),
    ("api", "系统接口", "Connected system"),
    ("system", "系统", "System"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use shouxin_model::{ConsentForm, ConsentTurn, ContactChannel, Through};

    #[test]
    fn the_policy_names_the_style_that_the_page_has() {
        let hash = data_encoding::BASE64.encode(&shouxin_vault::sha256(STYLE.as_bytes()));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
    }

    #[test]
    fn no_word_of_ours_is_shown_as_a_code() {
        for (code, ..) in STATES {
            assert!(ConsentTurn::of_word(code).is_some(), "{code}");
        }
        for (code, ..) in CHANNELS {
            assert!(ContactChannel::of_word(code).is_some(), "{code}");
        }
        for (code, ..) in THROUGH {
            assert!(Through::of_word(code).is_some(), "{code}");
        }
        let forms = [
            ConsentForm::General,
            ConsentForm::Separate,
            ConsentForm::Written,
            ConsentForm::Guardian,
            ConsentForm::Once,
        ];
        for form in forms {
            assert!(
                FORMS.iter().any(|(code, ..)| *code == form.word()),
                "{form:?}"
            );
        }
    }
}
