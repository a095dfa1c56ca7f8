//! What a notice must tell as a whole.

use shouxin_model::{Register, Sensitivity, Text};
use shouxin_register::reading::Path;

use super::Faults;
use crate::bound::told_fields;
use crate::notice::{Notice, Recipient};

pub(super) fn check(notice: &Notice, register: &Register, faults: &mut Faults) {
    let root = Path::default();
    let controller = root.key("controller");
    faults.need(
        notice.controller.name.as_ref(),
        controller.key("name"),
        "missing-controller-name",
        ("个人信息处理者的名称", "the controller's name", "17"),
    );
    faults.need(
        notice.controller.contact.as_ref(),
        controller.key("contact"),
        "missing-controller-contact",
        (
            "个人信息处理者的联系方式",
            "how to reach the controller",
            "17",
        ),
    );
    faults.need(
        notice.rights.as_ref(),
        root.key("rights"),
        "missing-rights",
        (
            "个人的权利以及如何行使",
            "people's rights and how to use them",
            "17",
        ),
    );
    faults.need(
        notice.complaint.as_ref(),
        root.key("complaint"),
        "missing-complaint",
        ("如何投诉、举报", "where to complain", "65"),
    );
    if !notice.switches.is_empty() {
        faults.need(
            notice.withdrawal.as_ref(),
            root.key("withdrawal"),
            "missing-withdrawal",
            ("如何撤回同意", "how to take consent back", "15"),
        );
    }
    if !notice.switches.is_empty() || tells_of_minors(notice, register) {
        faults.need(
            notice.minors.as_ref(),
            root.key("minors"),
            "missing-minors",
            (
                "不满十四周岁未成年人由监护人同意",
                "that a guardian agrees for children under 14",
                "31",
            ),
        );
    }
    if notice.purposes.is_empty() {
        faults.push(
            root,
            "nothing-told",
            Text::fixed(
                "没有写明任何处理目的(《个人信息保护法》第17条)",
                "it tells no purpose (PIPL art. 17)",
            ),
            Text::fixed(
                "至少写一个 `[[purpose]]`",
                "write at least one `[[purpose]]`",
            ),
        );
    }
    for (i, recipient) in notice.recipients.iter().enumerate() {
        told_recipient(recipient, &Path::default().key("recipient").item(i), faults);
    }
}

fn told_recipient(recipient: &Recipient, path: &Path, faults: &mut Faults) {
    faults.need(
        recipient.title.as_ref(),
        path.key("title"),
        "missing-recipient-name",
        ("接收方的名称", "the recipient's name", "23"),
    );
    faults.need(
        recipient.contact.as_ref(),
        path.key("contact"),
        "missing-recipient-contact",
        ("接收方的联系方式", "how to reach the recipient", "23"),
    );
    faults.need(
        recipient.text.as_ref(),
        path.key("text"),
        "missing-recipient-way",
        (
            "接收方的处理目的和处理方式",
            "what the recipient does with the data, and how",
            "23",
        ),
    );
    if recipient.country.is_some() {
        faults.need(
            recipient.exercise.as_ref(),
            path.key("exercise"),
            "missing-rights-abroad",
            (
                "如何向境外接收方行使权利",
                "how to use one's rights towards the recipient abroad",
                "39",
            ),
        );
    }
}

fn tells_of_minors(notice: &Notice, register: &Register) -> bool {
    notice.purposes.iter().any(|told| {
        let purpose = register.purpose(&told.name);
        purpose.is_some_and(|purpose| {
            told_fields(told, purpose).any(|name| {
                let field = register.field(name);
                field.is_some_and(|field| field.sensitivity == Sensitivity::Minor)
            })
        })
    })
}
