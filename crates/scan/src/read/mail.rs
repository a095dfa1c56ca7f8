//! Mails: heads, bodies, attachments one level deep.

use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use shouxin_detect::Kind;

use super::{Input, document, html};
use crate::collect::Collector;
use crate::{Place, Problem};

pub(super) fn read(
    bytes: &[u8],
    depth: usize,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or(Problem::Damaged)?;
    whole(&message, depth, collector)
}

fn whole(
    message: &Message<'_>,
    depth: usize,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    for header in message.headers() {
        let name = header.name().to_lowercase();
        head(&name, &header.value, collector)?;
    }
    for (number, part) in message.parts.iter().enumerate() {
        if number > collector.settings.limits.parts {
            collector.problem("", Problem::TooMany);
            break;
        }
        let is_body = part.attachment_name().is_none();
        match &part.body {
            PartType::Text(text) if is_body => {
                collector.set_part(Some("body"));
                let mut lines = collector.lines();
                lines.push(collector, text)?;
                lines.finish(collector)?;
            }
            PartType::Html(text) if is_body => {
                collector.set_part(Some("html body"));
                html::page(text, collector)?;
            }
            PartType::Multipart(_) => {}
            body => attachment(part.attachment_name(), body, number, depth, collector)?,
        }
        collector.set_part(None);
    }
    Ok(())
}

fn head(
    name: &str,
    value: &HeaderValue<'_>,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let place = Place::part(name);
    match value {
        HeaderValue::Address(address) => addresses(address, &place, collector),
        HeaderValue::Text(text) => collector.passage(text, |_| place.clone()),
        HeaderValue::TextList(texts) => texts
            .iter()
            .try_for_each(|text| collector.passage(text, |_| place.clone())),
        HeaderValue::Received(received) => {
            let from = received.from_ip.map(|ip| format!("IP地址：{ip}"));
            match from {
                Some(text) => collector.passage(&text, |_| place.clone()),
                None => Ok(()),
            }
        }
        HeaderValue::DateTime(_) | HeaderValue::ContentType(_) | HeaderValue::Empty => Ok(()),
    }
}

fn addresses(
    address: &Address<'_>,
    place: &Place,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    for one in address.iter() {
        if let Some(name) = one.name() {
            collector.announced(Kind::Person, name, place.clone())?;
        }
        if let Some(mailbox) = one.address() {
            collector.announced(Kind::Email, mailbox, place.clone())?;
        }
    }
    Ok(())
}

fn attachment(
    name: Option<&str>,
    body: &PartType<'_>,
    number: usize,
    depth: usize,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let name = name.map_or_else(|| format!("part {number}"), file_name);
    collector.passage(&name, |_| Place::part("attachment name"))?;
    let shown = collector.safe_name(&name);
    if depth >= collector.settings.limits.nesting {
        collector.problem(&shown, Problem::TooDeep);
        return Ok(());
    }
    collector.nested(&shown, |collector| match body {
        PartType::Text(text) | PartType::Html(text) => {
            document(Input::Bytes(text.as_bytes()), &name, depth + 1, collector)
        }
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            document(Input::Bytes(bytes), &name, depth + 1, collector)
        }
        PartType::Message(inner) => whole(inner, depth + 1, collector),
        PartType::Multipart(_) => Ok(()),
    })
}

/// The name without folders: it was chosen by whoever sent the mail.
fn file_name(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned()
}
