//! The rules that are built in, with what they tell people.

use std::borrow::Cow;
use std::sync::Arc;

use shouxin_model::Text;

use crate::{Because, Layer};

/// How long a second factor counts for clear reads, in seconds.
pub const SECOND_FACTOR_SECONDS: i64 = 600;

/// A rule that no policy can change.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) layer: Layer,
    reason: Text,
    changed_by: Text,
}

impl Rule {
    pub(crate) fn because(&self) -> Arc<Because> {
        Arc::new(Because {
            rule: Cow::Borrowed(self.id),
            layer: self.layer,
            reason: self.reason.clone(),
            changed_by: self.changed_by.clone(),
        })
    }

    /// The built-in rule with this id.
    pub(crate) fn find(id: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|rule| rule.id == id)
    }
}

macro_rules! rules {
    ($($name:ident = $id:literal, $layer:ident, $by:ident, $zh:literal, $en:literal;)*) => {
        $(pub(crate) static $name: Rule = Rule {
            id: $id,
            layer: Layer::$layer,
            reason: Text::fixed($zh, $en),
            changed_by: $by,
        };)*

        /// Every built-in rule.
        pub(crate) static ALL: &[&Rule] = &[$(&$name),*];
    };
}

const OFFICER: Text = Text::fixed("个人信息保护负责人", "the protection officer");
const SECURITY: Text = Text::fixed("安全管理员", "the security administrator");
const SUPERVISOR: Text = Text::fixed("您的主管", "your supervisor");
const CUSTOMER: Text = Text::fixed("客户本人", "the customer");
const NOBODY: Text = Text::fixed("无人", "nobody");
const YOURSELF: Text = Text::fixed("您本人", "you yourself");

rules! {
    UNKNOWN_PURPOSE = "unknown-purpose", Purpose, OFFICER,
        "登记册中没有这个用途。请选择登记册已有的用途。",
        "The register has no such purpose. Choose one that it declares.";
    UNKNOWN_FIELD = "unknown-field", Purpose, OFFICER,
        "登记册中没有这个字段。",
        "The register has no such field.";
    KEY_PURPOSE = "key-purpose", Key, SECURITY,
        "此接口密钥不包含这个用途。需要时请申请扩大密钥的用途范围。",
        "This API key does not cover the purpose. Ask for the key's purposes to be widened if needed.";
    KEY_FIELD = "key-field", Key, SECURITY,
        "此接口密钥不包含这个字段。需要时请申请扩大密钥的字段范围。",
        "This API key does not cover the field. Ask for the key's fields to be widened if needed.";
    PURPOSE_NOT_FOR_ROLE = "purpose-not-for-role", Role, SECURITY,
        "您的角色不能使用这个用途。请换用本岗位的用途,或申请相应角色。",
        "Your role may not name this purpose. Use a purpose of your post, or ask for the role.";
    OUT_OF_HOURS = "out-of-hours", Condition, SECURITY,
        "登记册规定了可以查阅的时段(北京时间),现在不在其中。请在规定时段内办理。",
        "The register says in which hours (Chinese time) this counts, and now is none of them. Come back within them.";
    OUTSIDE_NETWORK = "outside-network", Condition, SECURITY,
        "您不在登记册规定的网络内。请从规定的网络访问。",
        "You are on none of the networks that the register names. Use one of them.";
    UNKNOWN_DEVICE = "unknown-device", Condition, SECURITY,
        "此会话不是来自为您登记的设备。请在登记过的设备上办理,或申请登记本设备。",
        "This session does not come from a device registered for you. Use one that is, or have this one registered.";
    TRAINING_OVER = "training-over", Role, SUPERVISOR,
        "您的个人信息保护培训已过期。完成培训后即可恢复查阅。",
        "Your data protection training has run out. Reading resumes once you have taken it again.";
    PLEDGE_OVER = "pledge-over", Role, YOURSELF,
        "您的保密承诺已过期。重新签署后即可恢复查阅。",
        "Your confidentiality pledge has run out. Reading resumes once you have signed it again.";
    ZONES_JOINED = "zones-joined", Zone, OFFICER,
        "这些数据分开存放:知道客户是谁与查看其交易须分开进行。要同时查看,须取得两侧密钥域的授权;也可以只查其中一侧,用该侧自己的编号查找。",
        "These data are kept apart: who a person is, and what lies in the other zone. To see both at once, hold a grant for each zone; or ask for one side alone, by that side's own numbers.";
    NO_BASIS = "no-basis", Purpose, OFFICER,
        "这个用途缺少适用法律下的合法性基础,不能据此查阅。",
        "This purpose lacks a lawful basis under a law that applies, so nothing may be read for it.";
    COUNTS_ONLY = "counts-only", Purpose, OFFICER,
        "这个用途只提供汇总数字,不提供任何个人的信息。请使用统计。",
        "This purpose gives totals only, never a single person. Use the counts instead.";
    NOT_FOR_COUNTS = "not-for-counts", Purpose, OFFICER,
        "这个用途不提供统计。请换用统计类用途。",
        "This purpose gives no counts. Use a purpose made for counting.";
    NO_FIELD_OF_KIND = "no-field-of-kind", Purpose, OFFICER,
        "文本中的这类个人信息,在这个用途下登记册没有同类字段,因此只显示占位符。",
        "The register declares no field of this kind for the purpose, so in a text it stays a placeholder.";
    NOT_IN_COLUMNS = "not-in-columns", Purpose, OFFICER,
        "文本中的这类个人信息不在获批导出的列之中,因此只留占位符。",
        "No column of this kind was approved for the export, so in a text it stays a placeholder.";
    OWN_WORDS = "own-text", Relation, NOBODY,
        "文本属于客户本人的资料,查阅和取得副本时完整提供。",
        "The text is part of the customers' own data, which they see and take away whole.";
    NOT_OWN = "not-own-record", Relation, NOBODY,
        "这个用途只供客户本人在隐私中心查看自己的信息;本人也看不到别人的。",
        "This purpose shows customers their own data in the privacy centre: to nobody else, and nobody else's.";
    NO_OPEN_CASE = "no-open-case", Relation, SUPERVISOR,
        "该客户目前没有未结的业务单(工单、运单或服务单)。有新的业务单后即可查阅。",
        "This customer has no open case (work order, parcel or ticket). A new case opens the record.";
    CASE_CLOSED = "case-closed", Relation, SUPERVISOR,
        "业务单已结束,查阅权限随之结束。重新开单或指派后可恢复。",
        "The case is closed, and the right to read ended with it. Reopening or assigning one restores it.";
    NOT_ASSIGNED = "not-assigned", Relation, SUPERVISOR,
        "该客户有未结的业务单,但没有指派给您。请主管将业务单指派给您。",
        "This customer's open case is not assigned to you. Ask your supervisor to assign it.";
    NOT_AT_SITE = "not-at-site", Relation, SUPERVISOR,
        "该客户的未结业务单不在您所在的站点办理。请由办理站点处理,或转到您的站点。",
        "This customer's open case is handled at another site. Let that site act, or have it moved to yours.";
    NOT_IN_REGION = "not-in-region", Relation, SUPERVISOR,
        "该客户的未结业务单不属于您负责的区域。请联系所属区域。",
        "This customer's open case belongs to another region. Ask that region.";
    RESTRICTED = "restricted", Restriction, CUSTOMER,
        "该客户的信息已限制处理,目前只能存储和保护,或用于履行法定义务。解除限制后可恢复。",
        "Processing for this customer is restricted: store and protect only, or meet a legal duty. Lifting it restores reading.";
    CONSENT_MISSING = "consent-missing", Consent, CUSTOMER,
        "这个用途需要客户同意,但没有同意记录。请先征得客户同意。",
        "This purpose needs the customer's consent and none is recorded. Ask the customer first.";
    CONSENT_WITHDRAWN = "consent-withdrawn", Consent, CUSTOMER,
        "客户未同意或已撤回对这个用途的同意。除非客户重新同意,否则不能查阅。",
        "The customer refused or withdrew consent to this purpose. Only a new consent would open it.";
    CONSENT_EXPIRED = "consent-expired", Consent, CUSTOMER,
        "客户对这个用途的同意已到期。请重新征得同意。",
        "The customer's consent to this purpose has run out. Ask for it again.";
    CONSENT_NOT_YET = "consent-not-yet", Consent, CUSTOMER,
        "客户同意的时间窗口还没有开始。请在约定的时间内查阅。",
        "The time for which the customer agreed has not begun. Ask within the time agreed.";
    CONSENT_SPENT = "consent-spent", Consent, CUSTOMER,
        "客户只同意了一次,这一次已经用过。确有需要时请再次征得同意。",
        "The customer agreed to a single time, and it has been used. Ask again if there is need.";
    CONSENT_OTHER_CASE = "consent-other-case", Consent, CUSTOMER,
        "客户的同意只针对另一张业务单。请在那张业务单下查阅,或为这张业务单征得同意。",
        "The customer agreed for one other case. Read under that case, or ask for this one.";
    CONSENT_OUTDATED = "consent-outdated", Consent, CUSTOMER,
        "客户同意之后,告知书扩大了处理范围,原来的同意不再覆盖。请出示新的告知书并重新征得同意。",
        "The notice was widened after the customer agreed, so the consent no longer covers this. Show the new notice and ask again.";
    CONSENT_UNPROVEN = "consent-unproven", Consent, CUSTOMER,
        "这条同意是从旧系统导入的,没有证据,不能用于敏感个人信息。请重新征得单独同意。",
        "This consent was taken over without evidence and does not open sensitive information. Ask for separate consent.";
    CONSENT_WEAKER = "consent-weaker", Consent, CUSTOMER,
        "客户的同意不是这个用途所要求的形式。请按要求的形式重新征得同意。",
        "The customer's consent lacks the form that this purpose asks for. Ask again in that form.";
    CONSENT_SEPARATE = "consent-separate", Consent, CUSTOMER,
        "这是敏感个人信息,需要客户的单独同意。征得单独同意后可查阅。",
        "This is sensitive personal information and needs the customer's separate consent.";
    CONSENT_GUARDIAN = "consent-guardian", Consent, CUSTOMER,
        "这是不满十四周岁未成年人的信息,需要监护人同意。",
        "This is about a child under fourteen and needs the consent of a guardian.";
    SUBJECT_QUOTA = "subject-quota", Quota, OFFICER,
        "您今天在这个用途下可查阅的人数已用完。额度于北京时间零点恢复。",
        "You have read as many people for this purpose as one day allows. It resets at midnight, Beijing time.";
    CLEAR_QUOTA = "clear-quota", Quota, OFFICER,
        "您今天在这个用途下的明文查看次数已用完。额度于北京时间零点恢复。",
        "You have opened as many clear fields for this purpose as one day allows. It resets at midnight, Beijing time.";
    SEARCH_QUOTA = "search-quota", Quota, OFFICER,
        "您今天在这个用途下的查询次数已用完。额度于北京时间零点恢复。",
        "You have used the day's searches for this purpose. They reset at midnight, Beijing time.";
    NOT_IN_PURPOSE = "not-in-purpose", Purpose, OFFICER,
        "这个用途不需要此字段,因此不提供。确有需要时请换用包含它的用途。",
        "This purpose does not need the field, so it is withheld. Use a purpose that includes it, if one applies.";
    RETENTION_OVER = "retention-over", Retention, OFFICER,
        "此字段的保存期限已满,等待删除,不再提供查阅。",
        "The keeping period of this field is over; it awaits erasure and is no longer read.";
    KEY_DESTROYED = "key-destroyed", Retention, NOBODY,
        "封存此字段的密钥已随其轮次销毁,任何人都无法再打开它。",
        "The key that sealed this field was destroyed with its epoch: nobody can open it any more.";
    SECOND_FACTOR = "second-factor", SecondFactor, YOURSELF,
        "查看此字段的明文,需要在最近 10 分钟内通过第二因素验证。请验证后再次查看。",
        "To see this field clear, a second factor must have been shown within the last 10 minutes. Show it and ask again.";
    NO_RULE = "no-rule", Policy, SECURITY,
        "没有策略允许您的角色为这个用途查看此字段。确有工作需要时请申请修改策略。",
        "No policy lets your role see this field for this purpose. Ask for a policy change if your work needs it.";
    NO_CLEAR_RULE = "no-clear-rule", Policy, SECURITY,
        "没有策略允许您的角色为这个用途查看此字段的明文,因此以保护后的形式提供。",
        "No policy lets your role see this field clear for this purpose, so it comes in a protected form.";
    ASK_FOR_CLEAR = "ask-for-clear", Policy, YOURSELF,
        "此字段只能以明文提供,且须逐项申请。请点击查看并说明需要的字段。",
        "This field comes clear or not at all, and only when asked for by name. Ask to reveal it.";
    NO_SEARCH_RULE = "no-search-rule", Policy, SECURITY,
        "没有策略允许您的角色为这个用途按此字段查询。",
        "No policy lets your role search by this field for this purpose.";
    NO_SEARCH_MODE = "no-search-mode", Purpose, OFFICER,
        "登记册没有为此字段开通这种查询方式。请换用已开通的方式。",
        "The register does not offer this kind of search on the field. Use one that it offers.";
    NO_COUNT_RULE = "no-count-rule", Policy, SECURITY,
        "没有策略允许您的角色为这个用途按此字段统计。",
        "No policy lets your role count by this field for this purpose.";
    NOT_COUNTABLE = "not-countable", Purpose, OFFICER,
        "只能按登记册标明可统计、且不加密的字段统计。请换用这样的字段。",
        "Only unsealed fields that the register marks as facets can be counted by. Choose one of those.";
    NO_EXPORT_RULE = "no-export-rule", Policy, SECURITY,
        "没有策略允许您的角色为这个用途导出此字段。可以在系统内查阅,但不能带出。",
        "No policy lets your role export this field for this purpose. It can be read here, not taken out.";
    ERROR = "error", Policy, SECURITY,
        "判断此字段的策略执行出错,按规定不予提供。请联系安全管理员修正策略。",
        "A policy about this field failed to evaluate, so it is withheld. The security administrator can correct it.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_RULE;

    #[test]
    fn every_built_in_rule_has_a_short_id_of_its_own_and_speaks_both_languages() {
        for (i, rule) in ALL.iter().enumerate() {
            assert!(rule.id.len() <= MAX_RULE, "{}", rule.id);
            assert!(shouxin_model::id::is_slug(rule.id), "{}", rule.id);
            assert!(
                ALL[..i].iter().all(|other| other.id != rule.id),
                "{}",
                rule.id
            );
            assert!(
                rule.reason.zh.ends_with('。') && !rule.reason.zh.is_ascii(),
                "{}",
                rule.id
            );
            assert!(
                rule.reason.en.ends_with('.') && rule.reason.en.is_ascii(),
                "{}",
                rule.id
            );
        }
    }
}
