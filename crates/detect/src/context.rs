//! The word that announced a hit: 电话 before 138…, `Dear` before a name.

use std::ops::Range;

use crate::cue::Cue;
use crate::page::Page;
use crate::{Candidate, Kind, cn, english};

/// Where the word stands that announces what this is, in the normalised text; none if nothing does, or if it was
/// told by its shape or by its neighbours alone.
pub(crate) fn of(page: &Page<'_>, candidate: &Candidate) -> Option<Range<usize>> {
    match cue(candidate.kind) {
        Some(cue) => page.announcing(cue, candidate.start),
        None => labelled(page, candidate),
    }
}

/// What a word of the lists for things with a shape has to say; names and addresses have lists of their own.
const fn cue(kind: Kind) -> Option<Cue> {
    Some(match kind {
        Kind::Person | Kind::Address => return None,
        Kind::Phone => Cue::Phone,
        Kind::Landline => Cue::Landline,
        Kind::IdCard => Cue::IdCard,
        Kind::Passport => Cue::Passport,
        Kind::TravelPermit => Cue::Permit,
        Kind::BankCard => Cue::Bank,
        Kind::Uscc => Cue::Uscc,
        Kind::Vin => Cue::Vin,
        Kind::Plate => Cue::Plate,
        Kind::Email => Cue::Email,
        Kind::Ip => Cue::Ip,
        Kind::Mac => Cue::Mac,
        Kind::Imei => Cue::Imei,
        Kind::Wechat => Cue::Wechat,
        Kind::Qq => Cue::Qq,
        Kind::Waybill => Cue::Waybill,
        Kind::Gps => Cue::Gps,
        Kind::Dob => Cue::Dob,
    })
}

/// The label before a name or an address: 收件人：, 地址, Dear.
fn labelled(page: &Page<'_>, candidate: &Candidate) -> Option<Range<usize>> {
    let head = page.head(candidate.start);
    let head = head.trim_end_matches([
        ' ', '\u{3000}', ':', '：', '"', '\'', '(', '（', '=', ',', '，',
    ]);
    let is_person = candidate.kind == Kind::Person;
    let length = match head.chars().next_back()? {
        c if c.is_ascii() => {
            let word = head.rsplit(|c: char| !c.is_ascii_alphabetic()).next()?;
            let is_label = match is_person {
                true => english::person::is_label(word),
                false => english::address::is_label(word),
            };
            is_label.then_some(word.len())
        }
        _ if is_person => cn::person::label_before(head),
        _ => cn::address::label_before(head),
    };
    length.map(|length| head.len() - length..head.len())
}

#[cfg(test)]
mod tests {
    use crate::Detector;

    #[test]
    fn a_hit_tells_the_word_that_announced_it() {
        let text = "收件人：王建国，电话１３８00138000，地址 北京市海淀区中关村大街27号。Dear Maria Brandt, 粤B12345";
        let hits = Detector::new().detect(text);
        let context = |hit: &crate::Hit| hit.context.clone().map(|at| &text[at]);
        let told: Vec<_> = hits
            .iter()
            .map(|hit| (hit.kind.word(), context(hit)))
            .collect();
        assert_eq!(
            told,
            [
                ("PERSON", Some("收件人")),
                ("PHONE", Some("电话")),
                ("ADDRESS", Some("地址")),
                ("PERSON", Some("Dear")),
                ("PLATE", None)
            ]
        );
    }
}
