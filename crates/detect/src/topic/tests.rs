use proptest::prelude::*;

use super::{Topic, topics};

fn told(text: &str) -> Vec<Topic> {
    topics(text)
        .into_iter()
        .map(|passage| passage.topic)
        .collect()
}

#[test]
fn what_is_told_of_a_person_is_labelled() {
    use Topic::{Biometrics, Health, Minors, Religion};
    for (text, expected) in [
        ("客户说他有糖尿病，不方便下楼", Health),
        ("我老婆怀孕七个月了，麻烦送上门", Health),
        ("孩子发烧去医院了，改天再约", Health),
        ("她最近失眠，在吃药", Health),
        ("老人腿脚不便，请走电梯", Health),
        ("车主刚做完手术", Health),
        ("My mother was diagnosed last week", Health),
        ("she is allergic to latex", Health),
        ("客户是穆斯林，餐食要注意", Religion),
        ("我信佛，初一十五不接电话", Religion),
        ("他们每周五去清真寺做礼拜", Religion),
        (
            "The customer is Jewish and does not answer on Saturdays",
            Religion,
        ),
        ("请录入指纹后离开", Biometrics),
        ("需要采集人脸照片", Biometrics),
        ("我的指纹一直刷不过，帮我重新登记", Biometrics),
        ("voiceprint of the caller was stored", Biometrics),
        ("我女儿今年5岁", Minors),
        ("小孩八岁，上二年级", Minors),
        ("监护人已签字", Minors),
        ("儿子在读幼儿园大班", Minors),
        ("my son is 7 years old", Minors),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
}

#[test]
fn what_speaks_of_things_is_not() {
    for text in [
        "血压计收到了，屏幕不亮",
        "故障诊断仪连接不上",
        "包裹送到市第一医院门口",
        "电脑中了电脑病毒",
        "指纹锁没电了，打不开",
        "证书指纹不一致",
        "儿童座椅接口坏了",
        "适合3-6岁宝宝的玩具",
        "3岁以上适用",
        "我18岁就开车了",
        "实验小学对面的菜鸟驿站",
        "我在实验小学门口等你",
        "我大年初一到初七不在家",
        "教会我怎么用这个功能",
        "清真餐厅旁边那家店",
        "Church Road 12, ring twice",
        "the child process died",
        "battery health is 82 percent",
        "客户的空调不制冷，请上门检查",
        "我上次说的那个订单",
    ] {
        assert_eq!(told(text), [], "{text}");
    }
}

#[test]
fn a_passage_is_its_sentence() {
    let text = "您好。　我爸有高血压，走不动！明天送";
    let passages = topics(text);
    let [passage] = passages.as_slice() else {
        panic!("one passage");
    };
    assert_eq!(&text[passage.bytes.clone()], "我爸有高血压，走不动！");
    let chars: String = text
        .chars()
        .skip(passage.chars.start)
        .take(passage.chars.len())
        .collect();
    assert_eq!(chars, &text[passage.bytes.clone()]);
}

proptest! {
    #[test]
    fn passages_stand_at_borders_of_characters(
        text in "(\\PC|我|有糖尿病|孩子|5岁|。|\\. |\n|\u{200b}|fever|my son|１２){0,30}"
    ) {
        for passage in topics(&text) {
            let found = text.get(passage.bytes.clone());
            prop_assert!(found.is_some_and(|found| found.chars().count() == passage.chars.len()));
            let before = text.get(..passage.bytes.start).map(|head| head.chars().count());
            prop_assert_eq!(before, Some(passage.chars.start));
        }
    }
}
