//! How a code reaches a person. What is sent and to whom is never logged.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::Value;
use sha2::Sha256;
use shouxin_model::text::Language;
use shouxin_model::{ContactChannel, Moment, Personal};
use shouxin_vault::Reached;

use super::settings::{CentreSettings, Sms, Smtp, SmtpTls};

/// Why a code was not delivered. Names neither the person nor the code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("no gateway is set for this kind of contact")]
    NoGateway,
    #[error("the gateway's settings cannot be used: {0}")]
    Settings(&'static str),
    #[error("the file {0} cannot be read")]
    Secret(&'static str),
    #[error("the contact on record is no address that the gateway takes")]
    Contact,
    #[error("the gateway did not take the message")]
    Refused,
}

impl SendError {
    /// Whether trying again may help.
    const fn passes(&self) -> bool {
        matches!(self, Self::Refused)
    }
}

/// A message that was sent to nobody.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) at: Moment,
    pub(crate) to: Personal<String>,
    pub(crate) code: Personal<String>,
}

/// Messages that were sent to nobody, newest first.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<VecDeque<Kept>>);

impl Outbox {
    fn put(&self, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_front(kept);
        all.truncate(MOST_KEPT);
    }

    pub(crate) fn all(&self) -> Vec<Kept> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().cloned().collect()
    }
}

const MOST_KEPT: usize = 20;

/// Sends a code, and tries again for a few seconds where that may help.
///
/// # Errors
/// [`SendError`] of the last try.
pub(crate) async fn send(
    settings: &CentreSettings,
    outbox: &Outbox,
    reached: &Reached,
    code: &Personal<String>,
    language: Language,
    now: Moment,
) -> Result<(), SendError> {
    if settings.outbox {
        outbox.put(Kept {
            at: now,
            to: reached.contact.clone(),
            code: code.clone(),
        });
        return Ok(());
    }
    let mut waits = RETRY_AFTER.into_iter();
    loop {
        let sent = match reached.by {
            ContactChannel::Email => by_mail(settings, reached, code, language).await,
            _ => by_sms(settings, reached, code, language, now).await,
        };
        match (sent, waits.next()) {
            (Err(error), Some(wait)) if error.passes() => tokio::time::sleep(wait).await,
            (sent, _) => return sent,
        }
    }
}

const RETRY_AFTER: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(3)];
const PATIENCE: Duration = Duration::from_secs(8);

/// What the person reads.
fn text(code: &str, language: Language) -> String {
    match language {
        Language::Chinese => format!(
            "隐私中心验证码 {code},10 分钟内有效。任何工作人员都不会向您索要。若不是您本人操作,请忽略。"
        ),
        Language::English => format!(
            "Your privacy centre code is {code}, good for 10 minutes. No member of staff will ever ask for it. \
             Ignore this message if it was not you."
        ),
    }
}

async fn by_mail(
    settings: &CentreSettings,
    reached: &Reached,
    code: &Personal<String>,
    language: Language,
) -> Result<(), SendError> {
    let smtp = settings.smtp.as_ref().ok_or(SendError::NoGateway)?;
    let subject = match language {
        Language::Chinese => "隐私中心验证码",
        Language::English => "Your privacy centre code",
    };
    let from = smtp.from.parse();
    // The contact and the code go to the mail server, which is what they are for.
    let to = reached.contact.expose().parse();
    let message = Message::builder()
        .from(from.map_err(|_| SendError::Settings("from"))?)
        .to(to.map_err(|_| SendError::Contact)?)
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(text(code.expose(), language))
        .map_err(|_| SendError::Contact)?;
    let sent = transport(smtp)?.send(message).await;
    // The server's own words may repeat the mailbox.
    sent.map(|_| ()).map_err(|_| SendError::Refused)
}

fn transport(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
    type Transport = AsyncSmtpTransport<Tokio1Executor>;
    let unfit = |_| SendError::Settings("host");
    let mut builder = match smtp.tls {
        SmtpTls::Implicit => Transport::relay(&smtp.host).map_err(unfit)?,
        SmtpTls::Starttls => Transport::starttls_relay(&smtp.host).map_err(unfit)?,
        SmtpTls::None if is_this_machine(&smtp.host) => Transport::builder_dangerous(&smtp.host),
        SmtpTls::None => return Err(SendError::Settings("tls")),
    };
    builder = builder.port(smtp.port).timeout(Some(PATIENCE));
    if let (Some(user), Some(file)) = (&smtp.user, &smtp.password_file) {
        let password = secret(file, "smtp.password_file")?;
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

async fn by_sms(
    settings: &CentreSettings,
    reached: &Reached,
    code: &Personal<String>,
    language: Language,
    now: Moment,
) -> Result<(), SendError> {
    let sms = settings.sms.as_ref().ok_or(SendError::NoGateway)?;
    let url = allowed(sms)?;
    let body = filled(&sms.body, reached.contact.expose(), code.expose(), language)?;
    let secret = secret(&sms.secret_file, "sms.secret_file")?;
    let signature = signature(secret.as_bytes(), now, &body);
    let plain = url.scheme() == "http";
    // One provider for the whole program; that it is set already is no error.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if plain {
        client = client.tls_certs_only([]);
    }
    let client = client.build().map_err(|_| SendError::Settings("url"))?;
    let sent = client
        .post(url)
        .header("content-type", "application/json")
        .header(sms.signature_header.as_str(), signature)
        .body(body)
        .send()
        .await
        .map_err(|_| SendError::Refused)?;
    if sent.status().is_success() {
        Ok(())
    } else {
        Err(SendError::Refused)
    }
}

/// The gateway's address, if it is one that may be asked.
fn allowed(sms: &Sms) -> Result<reqwest::Url, SendError> {
    let url: reqwest::Url = sms.url.parse().map_err(|_| SendError::Settings("url"))?;
    let host = url.host_str().unwrap_or_default();
    if !sms.hosts.iter().any(|one| one.eq_ignore_ascii_case(host)) {
        return Err(SendError::Settings("hosts"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(host) => Ok(url),
        _ => Err(SendError::Settings("url")),
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|one: std::net::IpAddr| one.is_loopback())
}

/// The body with its places filled: within strings of the JSON, so that nothing typed can add to it.
fn filled(
    template: &str,
    phone: &str,
    code: &str,
    language: Language,
) -> Result<String, SendError> {
    let unfit = |_| SendError::Settings("body");
    let mut body: Value = serde_json::from_str(template).map_err(unfit)?;
    let text = text(code, language);
    fill(
        &mut body,
        &[
            ("{phone}", phone),
            ("{code}", code),
            ("{minutes}", "10"),
            ("{text}", &text),
        ],
    );
    serde_json::to_string(&body).map_err(unfit)
}

fn fill(value: &mut Value, places: &[(&str, &str)]) {
    match value {
        Value::String(text) => {
            for (place, with) in places {
                *text = text.replace(place, with);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, places)),
        Value::Object(fields) => fields.values_mut().for_each(|item| fill(item, places)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn signature(secret: &[u8], now: Moment, body: &str) -> String {
    let seconds = now.seconds();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    let tag = HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("t={seconds},v1={tag}")
}

/// A secret in a file of its own, without the line's end.
fn secret(file: &Path, setting: &'static str) -> Result<String, SendError> {
    let text = std::fs::read_to_string(file).map_err(|_| SendError::Secret(setting))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(SendError::Secret(setting));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(url: &str) -> Sms {
        Sms {
            url: url.to_owned(),
            hosts: vec!["sms.example".to_owned(), "127.0.0.1".to_owned()],
            body: String::new(),
            secret_file: "/nowhere".into(),
            signature_header: "x-signature".to_owned(),
        }
    }

    #[test]
    fn only_hosts_on_the_list_are_asked_and_plain_http_only_here() {
        for (url, taken) in [
            ("https://sms.example/send", true),
            ("https://SMS.example/send", true),
            ("http://127.0.0.1:9000/send", true),
            ("http://sms.example/send", false),
            ("https://evil.example/send", false),
            ("https://sms.example@evil.example/", false),
            ("ftp://sms.example/", false),
            ("nonsense", false),
        ] {
            assert_eq!(allowed(&sms(url)).is_ok(), taken, "{url}");
        }
    }

    #[test]
    fn what_is_filled_in_stays_within_its_string() {
        let body = filled(
            r#"{"to": "+86{phone}", "vars": [{"code": "{code}"}], "n": 1}"#,
            r#"1", "x": "{code}"#,
            "123456",
            Language::English,
        )
        .unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["vars"][0]["code"], "123456");
        assert!(body.get("x").is_none());
        assert!(filled("{not json", "1", "2", Language::English).is_err());
    }

    #[test]
    fn a_signature_is_over_time_and_body() {
        // Computed apart: printf '1795000000.{}' | openssl dgst -sha256 -hmac key
        let at = Moment::from_seconds(1_795_000_000);
        let signed = signature(b"key", at, "{}");
        let tag = "71f6cd81e7ac967a6bfd8d621347e9ee7792b1fde3a9a64c3161a631437c7fb6";
        assert_eq!(signed, format!("t=1795000000,v1={tag}"));
        assert_ne!(signed, signature(b"key", at, "{ }"));
        assert_ne!(signed, signature(b"kez", at, "{}"));
        assert_ne!(signed, signature(b"key", at.plus_seconds(1), "{}"));
    }
}
