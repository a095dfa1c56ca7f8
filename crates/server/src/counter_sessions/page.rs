//! The customer's page at the counter: the notice, and yes or no to each question. It needs no script.
//!
//! Whoever has the address may open it: it holds 160 random bits, counts for ten minutes and for one answer, and
//! shows nothing about the customer.

use std::fmt::Write as _;
use std::net::IpAddr;

use axum::Router;
use axum::extract::{Form, FromRequest as _, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shouxin_model::Text;
use shouxin_model::text::Language;
use shouxin_vault::said::shouxin_ledger::Receipt;
use shouxin_vault::{
    AnswerError, ChoiceError, ChoiceTaken, ConsentError, CounterPage, Question, VaultError,
};

use crate::App;
use crate::http;
use crate::http::faults::unsigned;
use crate::http::html::escaped;
use crate::http::language::preferred;
use crate::network::caller_address;

/// The pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/c/style.css", get(style))
        .route("/c/{token}", get(ask).post(answer))
        .route("/c/{token}/{place}/receipt", get(receipt))
        .route("/c/{token}/{place}/receipt.json", get(file))
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=600"),
    ];
    (headers, STYLE)
}

async fn ask(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response {
    let language = preferred(request.headers());
    let (parts, _) = request.into_parts();
    let address = caller_address(&parts, &app.settings().trusted_proxies);
    if app.limits().page(address).is_err() {
        return told(StatusCode::TOO_MANY_REQUESTS, language, &SLOW);
    }
    match app.vault().counter_page(&token).await {
        Ok(Some(page)) => html(StatusCode::OK, page.language, &questions(&page, &[], false)),
        Ok(None) => told(StatusCode::GONE, language, &OVER),
        Err(error) => failed(&app, address, &error, language).await,
    }
}

async fn answer(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response {
    let language = preferred(request.headers());
    let (parts, body) = request.into_parts();
    let address = caller_address(&parts, &app.settings().trusted_proxies);
    if app.limits().page(address).is_err() {
        return told(StatusCode::TOO_MANY_REQUESTS, language, &SLOW);
    }
    let request = Request::from_parts(parts, body);
    // The framework's own limit of 2 MiB is long over what a form of ours needs, and is read once.
    let Ok(Form(given)) = Form::<Vec<(String, String)>>::from_request(request, &()).await else {
        return told(StatusCode::BAD_REQUEST, language, &BROKEN);
    };
    let answers = given.into_iter().map(|(name, word)| match word.as_str() {
        "yes" => Some((name, true)),
        "no" => Some((name, false)),
        _ => None,
    });
    let Some(answers) = answers.collect::<Option<Vec<_>>>() else {
        return told(StatusCode::BAD_REQUEST, language, &BROKEN);
    };
    match app.vault().answer_counter(&token, &answers).await {
        Ok((page, receipt)) => {
            let body = thanks(&page, &receipt, &token);
            html(StatusCode::OK, page.language, &body)
        }
        Err(AnswerError::Unanswered) => again(&app, &token, address, language, &answers).await,
        Err(AnswerError::Over | AnswerError::Choice(ChoiceError::Shown(_))) => {
            told(StatusCode::GONE, language, &OVER)
        }
        Err(AnswerError::Choice(ChoiceError::Consent(ConsentError::Vault(error)))) => {
            failed(&app, address, &error, language).await
        }
        // What was asked about is no longer declared, or the customer is gone.
        Err(AnswerError::Choice(_)) => told(StatusCode::GONE, language, &OVER),
    }
}

/// The receipt of one of the answers, as a page to print.
async fn receipt(
    State(app): State<App>,
    Path((token, place)): Path<(String, String)>,
    request: Request,
) -> Response {
    match taken(&app, (&token, &place), request).await {
        Ok((receipt, language)) => http::receipt::page(&receipt, language, "receipt.json"),
        Err(response) => response,
    }
}

/// The same as a file.
async fn file(
    State(app): State<App>,
    Path((token, place)): Path<(String, String)>,
    request: Request,
) -> Response {
    match taken(&app, (&token, &place), request).await {
        Ok((receipt, _)) => http::receipt::file(&receipt, "receipt.json"),
        Err(response) => response,
    }
}

#[allow(clippy::result_large_err, reason = "the refusal is the page itself")]
async fn taken(
    app: &App,
    (token, place): (&str, &str),
    request: Request,
) -> Result<(Receipt, Language), Response> {
    let language = preferred(request.headers());
    let (parts, _) = request.into_parts();
    let address = caller_address(&parts, &app.settings().trusted_proxies);
    if app.limits().page(address).is_err() {
        return Err(told(StatusCode::TOO_MANY_REQUESTS, language, &SLOW));
    }
    let gone = || told(StatusCode::GONE, language, &NO_RECEIPT);
    let place: usize = place.parse().map_err(|_| gone())?;
    // What is to be proved must lie under a signed head: it is signed at once, not within a second.
    if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
        tracing::error!(%error, "the ledger's head was not signed for a receipt");
        return Err(told(StatusCode::SERVICE_UNAVAILABLE, language, &FAILED));
    }
    match app.vault().counter_receipt(token, place).await {
        Ok(Some(found)) => Ok(found),
        Err(ConsentError::Vault(error)) => Err(failed(app, address, &error, language).await),
        Ok(None) | Err(_) => Err(gone()),
    }
}

/// The questions once more, with what was answered and a word about what was not.
async fn again(
    app: &App,
    token: &str,
    address: Option<IpAddr>,
    language: Language,
    answers: &[(String, bool)],
) -> Response {
    match app.vault().counter_page(token).await {
        Ok(Some(page)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            html(status, page.language, &questions(&page, answers, true))
        }
        Ok(None) => told(StatusCode::GONE, language, &OVER),
        Err(error) => failed(app, address, &error, language).await,
    }
}

async fn failed(
    app: &App,
    address: Option<IpAddr>,
    error: &VaultError,
    language: Language,
) -> Response {
    // Counted and recorded like any other fault; the page says it in its own words.
    unsigned(app, address, error, language).await;
    told(StatusCode::SERVICE_UNAVAILABLE, language, &FAILED)
}

/// The questions, each with two answers alike and none chosen.
fn questions(page: &CounterPage, answers: &[(String, bool)], missing: bool) -> String {
    let say = |text: &Text| text.get(page.language).to_owned();
    let bound = &page.published.bound;
    let mut body = format!("<h1>{}</h1>", escaped(bound.title.get(page.language)));
    let _ = write!(body, "<p>{}</p>", say(&LEAD));
    if missing {
        let _ = write!(
            body,
            "<p role=\"alert\" class=\"warn\">{}</p>",
            say(&MISSING)
        );
    }
    body.push_str("<form method=\"post\">");
    for one in &page.asked {
        let said = answers.iter().find(|(name, _)| *name == one.name);
        question(&mut body, page.language, one, said.map(|(_, yes)| *yes));
    }
    let _ = write!(
        body,
        "<details><summary>{}</summary><div class=\"text\">{}</div></details>\
         <button type=\"submit\">{}</button></form>",
        say(&WHOLE),
        escaped(&bound.text(page.language)),
        say(&SEND)
    );
    body
}

fn question(body: &mut String, language: Language, one: &Question, said: Option<bool>) {
    let name = escaped(&one.name);
    let _ = write!(
        body,
        "<fieldset><legend>{}</legend><p>{}</p>",
        escaped(&one.title),
        escaped(&one.text)
    );
    let joined = |list: &[String]| {
        let comma = Text::fixed("、", ", ");
        escaped(&list.join(comma.get(language)))
    };
    let lines = [
        (&FIELDS, joined(&one.fields)),
        (&RECIPIENTS, joined(&one.recipients)),
        (&KEPT, escaped(&one.kept)),
    ];
    for (label, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = write!(body, "<p class=\"muted\">{}{text}</p>", label.get(language));
    }
    if one.sensitive {
        let _ = write!(body, "<p class=\"muted\">{}</p>", SENSITIVE.get(language));
    }
    body.push_str("<div class=\"two\">");
    for (word, label, is_said) in [
        ("no", &NO, said == Some(false)),
        ("yes", &YES, said == Some(true)),
    ] {
        let checked = if is_said { " checked" } else { "" };
        let _ = write!(
            body,
            "<label><input type=\"radio\" name=\"{name}\" value=\"{word}\" required{checked}>{}</label>",
            label.get(language)
        );
    }
    body.push_str("</div></fieldset>");
}

/// What was taken down, in the words of the page, each with its receipt.
fn thanks(page: &CounterPage, receipt: &ChoiceTaken, token: &str) -> String {
    let title = |name: &String| {
        let mut asked = page.asked.iter();
        asked
            .find(|one| one.name == *name)
            .map(|one| escaped(&one.title))
    };
    let mut body = format!("<h1>{}</h1><ul>", DONE.get(page.language));
    // The entries stand in this order as well.
    let on = receipt.on.iter().map(|name| (name, YES));
    let said = on.chain(receipt.off.iter().map(|name| (name, NO)));
    for (place, (name, label)) in said.enumerate() {
        let Some(one) = title(name) else { continue };
        let at = format!("/c/{}/{place}/receipt", escaped(token));
        let _ = write!(
            body,
            "<li>{one}: {}<br><a href=\"{at}\" aria-label=\"{}: {one}\">{}</a> \
             <a href=\"{at}.json\" download aria-label=\"{}: {one}\">{}</a></li>",
            label.get(page.language),
            SHOW.get(page.language),
            SHOW.get(page.language),
            TAKE.get(page.language),
            TAKE.get(page.language),
        );
    }
    let entries: Vec<String> = receipt.entries.iter().map(u64::to_string).collect();
    let _ = write!(
        body,
        "</ul><p class=\"muted\">{}</p><p class=\"muted\">{}{}</p><p>{}</p>",
        KEEP.get(page.language),
        RECEIPT.get(page.language),
        entries.join(", "),
        BACK.get(page.language)
    );
    body
}

fn told(status: StatusCode, language: Language, text: &Text) -> Response {
    html(
        status,
        language,
        &format!("<h1>{}</h1>", text.get(language)),
    )
}

fn html(status: StatusCode, language: Language, body: &str) -> Response {
    let tag = match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    let page = format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <link rel=\"stylesheet\" href=\"/c/style.css\"></head><body><main>{body}</main></body></html>",
        TITLE.get(language)
    );
    let mut response = (status, page).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    response
}

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const TITLE: Text = Text::fixed("您的选择", "Your choice");
const LEAD: Text = Text::fixed(
    "请就每一项选择“同意”或“不同意”。不同意不影响今天的服务,以后也可以随时更改。",
    "Please answer each question with yes or no. A no changes nothing about today's service, and you can change \
     your mind at any time.",
);
const MISSING: Text = Text::fixed(
    "还有没有选择的项目。",
    "There are questions without an answer.",
);
const WHOLE: Text = Text::fixed("完整告知", "The whole notice");
const SEND: Text = Text::fixed("提交", "Send");
const YES: Text = Text::fixed("同意", "Yes, I agree");
const NO: Text = Text::fixed("不同意", "No, I do not agree");
const FIELDS: Text = Text::fixed("信息:", "Data: ");
const RECIPIENTS: Text = Text::fixed("提供给:", "Given to: ");
const KEPT: Text = Text::fixed("保存:", "Kept: ");
const SENSITIVE: Text = Text::fixed(
    "涉及敏感个人信息,须单独同意。",
    "Sensitive: needs a consent of its own.",
);
const DONE: Text = Text::fixed("已记录您的选择", "Your choice is recorded");
const RECEIPT: Text = Text::fixed("账本条目:", "Ledger entries: ");
const SHOW: Text = Text::fixed("查看回执", "See the receipt");
const TAKE: Text = Text::fixed("下载回执文件", "Download the receipt");
const KEEP: Text = Text::fixed(
    "回执在一小时内可取;登录隐私中心后随时可取。",
    "The receipts are here for an hour, and in the privacy centre at any time.",
);
const NO_RECEIPT: Text = Text::fixed(
    "回执已不在这里。请登录隐私中心,在“我的同意”里取。",
    "The receipt is no longer here. Sign in to the privacy centre and take it under “My choices”.",
);
const BACK: Text = Text::fixed(
    "请把设备交还给顾问,或关闭此页。",
    "Please hand the device back, or close this page.",
);
const OVER: Text = Text::fixed(
    "此页面已提交、已过期或不存在。请让顾问重新出示二维码。",
    "This page was answered, is too old, or never was. Please ask your adviser for a new code.",
);
const SLOW: Text = Text::fixed(
    "操作过于频繁,请一分钟后再试。",
    "Too many attempts; please try again in a minute.",
);
const BROKEN: Text = Text::fixed(
    "无法读取提交的内容。请返回重试。",
    "What was sent cannot be read. Please go back and try again.",
);
const FAILED: Text = Text::fixed(
    "没有保存成功,您的选择未被记录。请稍后再试。",
    "This was not saved; nothing was recorded. Please try again later.",
);

const STYLE: &str = "\
:root{color-scheme:light dark;--bg:#f4f6f5;--card:#fff;--fg:#1b2422;--muted:#4b5755;--line:#dfe5e3;--on:#0f6e63;\
--ink:#fff;--hot:#c0281c}
@media(prefers-color-scheme:dark){:root{--bg:#101615;--card:#182120;--fg:#e6eceb;--muted:#a9b5b2;--line:#2c3836;\
--on:#5cc2b0;--ink:#06211c;--hot:#f58a7c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/26px \"PingFang SC\",\"HarmonyOS Sans SC\",\
\"Microsoft YaHei\",\"Noto Sans CJK SC\",system-ui,sans-serif;overflow-wrap:anywhere}
main{max-inline-size:640px;margin:auto;padding:16px}
h1{font-size:22px;line-height:30px}
fieldset{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:16px 0;padding:12px 16px;\
min-inline-size:0}
legend{font-weight:600;padding:0 4px}
p{margin:4px 0}
.muted{color:var(--muted);font-size:14px}
.warn{color:var(--hot)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:8px;margin-block-start:8px}
.two label{display:flex;align-items:center;gap:8px;min-block-size:48px;padding:8px 12px;border:1px solid var(--on);\
border-radius:6px}
.two input{inline-size:20px;block-size:20px;accent-color:var(--on);flex:none}
@media(max-width:359px){.two{grid-template-columns:1fr}}
li{margin:8px 0}li a{display:inline-flex;align-items:center;min-block-size:44px;margin-inline-end:16px;color:var(--on)}\
button{inline-size:100%;min-block-size:48px;margin-block:16px;border:0;border-radius:6px;background:var(--on);\
color:var(--ink);font:inherit;font-weight:600}
:focus-visible{outline:3px solid var(--on);outline-offset:2px}
summary{min-block-size:44px;padding-block:8px}
.text{white-space:pre-line;color:var(--muted);font-size:14px;line-height:24px}
";
