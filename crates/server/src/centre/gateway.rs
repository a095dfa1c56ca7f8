//! How a code reaches a person. What is sent and to whom is never logged.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use data_encoding::HEXLOWER;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use rand_core::Rng;
use serde_json::Value;
use shouxin_model::text::Language;
use shouxin_model::{ContactChannel, Moment, Personal};
use shouxin_outbound::{Http, SigningSecret, sign};
use shouxin_vault::{Reached, Vault};

use super::settings::{CentreSettings, Smtp, SmtpTls};

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
    vault: &Vault,
) -> Result<(), SendError> {
    let now = vault.now();
    if settings.outbox {
        outbox.put(Kept {
            at: now,
            to: reached.contact.clone(),
            code: code.clone(),
        });
        return Ok(());
    }
    // One message, however often it is tried: the gateway may know it by this.
    let mut id = [0; 16];
    vault.dice().fill_bytes(&mut id);
    let id = format!("msg_{}", HEXLOWER.encode(&id));
    let mut waits = RETRY_AFTER.into_iter();
    loop {
        let sent = match reached.by {
            ContactChannel::Email => by_mail(settings, reached, code, language).await,
            _ => by_sms(settings, reached, code, language, (&id, now)).await,
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
    (id, now): (&str, Moment),
) -> Result<(), SendError> {
    let sms = settings.sms.as_ref().ok_or(SendError::NoGateway)?;
    let endpoint = sms.hosts.endpoint(&sms.url);
    let endpoint = endpoint.map_err(|_| SendError::Settings("url"))?;
    let body = filled(&sms.body, reached.contact.expose(), code.expose(), language)?;
    let secret = secret(&sms.secret_file, "sms.secret_file")?;
    let secret =
        SigningSecret::of_shown(&secret).map_err(|_| SendError::Secret("sms.secret_file"))?;
    let seconds = now.seconds();
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", &seconds.to_string()),
        (
            "webhook-signature",
            &sign(&[secret], id, seconds, body.as_bytes()),
        ),
    ];
    let http = Http::new(sms.hosts.clone(), None).map_err(|_| SendError::Settings("url"))?;
    let sent = http.post(&endpoint, "application/json", &headers, body.into());
    match sent.await {
        Ok(reply) if (200..300).contains(&reply.status) => Ok(()),
        _ => Err(SendError::Refused),
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
}
