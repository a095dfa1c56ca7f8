//! Mails: heads, bodies, attachments one level deep.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{
    Address, Encoding as TransferEncoding, HeaderValue, Message, MessageParser, MessagePart,
    MimeHeaders, PartType,
};
use shouxin_detect::Kind;
use shouxin_intake::{Encoding, TextSource};

use super::{Input, document, html};
use crate::collect::Collector;
use crate::content::find;
use crate::{Place, Problem};

pub(super) fn read(
    bytes: &[u8],
    depth: usize,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let bytes = with_told_heads(bytes);
    let message = MessageParser::default()
        .parse(bytes.as_ref())
        .ok_or(Problem::Damaged)?;
    whole(&message, depth, collector)
}

/// The mail with its heads in UTF-8: older programs write them as their system does, in GBK, and do not say so.
fn with_told_heads(bytes: &[u8]) -> Cow<'_, [u8]> {
    let end = [b"\n\n".as_slice(), b"\n\r\n"]
        .into_iter()
        .filter_map(|border| find(bytes, border))
        .min()
        .unwrap_or(bytes.len());
    let (heads, rest) = bytes.split_at(end);
    if std::str::from_utf8(heads).is_ok() {
        return Cow::Borrowed(bytes);
    }
    match decoded(heads) {
        Some(heads) => Cow::Owned([heads.as_bytes(), rest].concat()),
        None => Cow::Borrowed(bytes),
    }
}

/// Text whose encoding nobody tells.
fn decoded(bytes: &[u8]) -> Option<String> {
    let mut source = TextSource::open(bytes, Encoding::of_head(bytes)?);
    let mut text = String::new();
    while let Some(piece) = source.piece().ok()? {
        text.push_str(piece);
    }
    Some(text)
}

/// The text of a part that does not say its encoding, and is no UTF-8.
fn untold_text(message: &Message<'_>, part: &MessagePart<'_>, text: &str) -> Option<String> {
    let charset = part
        .content_type()
        .and_then(|kind| kind.attribute("charset"));
    if charset.is_some() || !text.contains('\u{fffd}') {
        return None;
    }
    let from = usize::try_from(part.offset_body).ok()?;
    let upto = usize::try_from(part.offset_end).ok()?;
    let raw = message.raw_message.get(from..upto)?;
    match part.encoding {
        TransferEncoding::None => decoded(raw),
        TransferEncoding::QuotedPrintable => decoded(&quoted_printable_decode(raw)?),
        TransferEncoding::Base64 => decoded(&base64_decode(raw)?),
    }
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
                let told = untold_text(message, part, text);
                let mut lines = collector.lines();
                lines.push(collector, told.as_deref().unwrap_or(text))?;
                lines.finish(collector)?;
            }
            PartType::Html(text) if is_body => {
                collector.set_part(Some("html body"));
                let told = untold_text(message, part, text);
                html::page(told.as_deref().unwrap_or(text), collector)?;
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
