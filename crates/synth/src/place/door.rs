//! The end of an address: road, estate and door, or village and group.

use crate::dice::Dice;

/// Adds road, estate and door, or village and group, in one of the many ways people write them.
pub(super) fn door(dice: &mut Dice, town: &str, address: &mut String) {
    let rural = town.ends_with('乡') || (town.ends_with('镇') && dice.permille(400));
    if rural {
        let village = format!(
            "{}{}村",
            dice.pick_early(&VILLAGE_HEADS),
            dice.pick(&VILLAGE_TAILS)
        );
        *address += &match dice.below(3) {
            0 => format!(
                "{village}{}组{}号",
                dice.between(1, 18),
                dice.between(1, 120)
            ),
            1 => format!("{village}{}号", dice.between(1, 260)),
            _ => format!(
                "{village}村委会旁{}",
                dice.pick(&["小卖部", "超市", "卫生室", "快递点"])
            ),
        };
        return;
    }
    *address += &format!("{}{}号", road(dice), dice.between(1, 1888));
    let estate = format!(
        "{}{}",
        dice.pick(&ESTATE_HEADS),
        dice.pick_early(&ESTATE_TAILS)
    );
    let (building, unit) = (dice.between(1, 36), dice.between(1, 4));
    let room = dice.between(1, 28) * 100 + dice.between(1, 6);
    *address += &match dice.below(9) {
        0 => format!("{estate}{building}幢{unit}单元{room}室"),
        1 => format!("{estate}{building}号楼{unit}单元{room}"),
        2 => format!("{estate}{building}栋{room}室"),
        3 => format!("{estate}{building}-{unit}-{room}"),
        4 => format!(
            "{estate}{}期{building}栋{}座{room}",
            dice.pick(&["一", "二", "三"]),
            dice.pick(&['A', 'B', 'C'])
        ),
        5 => format!(
            "{}{}座{room}室",
            dice.pick(&OFFICES),
            dice.pick(&['A', 'B', 'C', 'D'])
        ),
        6 => format!("{}{building}号宿舍楼{room}", dice.pick(&CAMPUSES)),
        7 => format!("{building}弄{}号{room}室", dice.between(1, 90)),
        _ => format!(
            "{}{}号商铺",
            dice.pick(&["沿街", "农贸市场", "步行街"]),
            dice.between(1, 60)
        ),
    };
}

/// A road of any town.
pub(super) fn road(dice: &mut Dice) -> String {
    let side = if dice.permille(250) {
        dice.pick(&SIDES)
    } else {
        ""
    };
    format!(
        "{}{side}{}",
        dice.pick_early(&ROADS),
        dice.pick_early(&["路", "街", "大道", "大街", "巷"])
    )
}

/// Where something lies from something else.
pub(super) const SIDES: [&str; 4] = ["东", "西", "南", "北"];
const ROADS: [&str; 44] = [
    "人民",
    "解放",
    "建设",
    "中山",
    "和平",
    "新华",
    "文化",
    "长江",
    "黄河",
    "胜利",
    "朝阳",
    "迎宾",
    "学府",
    "工业",
    "光明",
    "友谊",
    "滨河",
    "环城",
    "青年",
    "振兴",
    "花园",
    "公园",
    "体育场",
    "车站",
    "湖滨",
    "科技",
    "幸福",
    "民主",
    "团结",
    "泰山",
    "嵩山",
    "淮海",
    "南京",
    "香山",
    "梅园",
    "桃园",
    "柳林",
    "石桥",
    "银杏",
    "海棠",
    "凤凰",
    "龙山",
    "金鸡",
    "望江",
];
const ESTATE_HEADS: [&str; 32] = [
    "阳光", "翠湖", "锦绣", "金色", "香榭", "滨江", "世纪", "东方", "书香", "枫林", "丽景", "学府",
    "银河", "碧水", "紫金", "和谐", "星洲", "锦江", "御景", "云栖", "梧桐", "水岸", "盛世", "绿城",
    "怡和", "天鹅", "春晓", "山水", "名门", "安居", "康乐", "府前",
];
const ESTATE_TAILS: [&str; 14] = [
    "花园",
    "小区",
    "家园",
    "苑",
    "华府",
    "新村",
    "公寓",
    "名邸",
    "湾",
    "里",
    "城",
    "雅居",
    "国际",
    "里弄新居",
];
const OFFICES: [&str; 10] = [
    "创新大厦",
    "国际商务中心",
    "软件园",
    "财富广场",
    "联合大厦",
    "科创中心",
    "物流园",
    "银座",
    "电商产业园",
    "总部基地",
];
const CAMPUSES: [&str; 7] = [
    "师范学院",
    "职业技术学院",
    "第一中学",
    "人民医院",
    "机械厂",
    "纺织厂",
    "铁路局",
];
const VILLAGE_HEADS: [&str; 24] = [
    "王家", "李家", "张家", "刘家", "陈家", "杨家", "赵家", "周家", "吴家", "徐家", "大", "小",
    "上", "下", "东", "西", "南", "北", "前", "后", "新", "高", "石", "双",
];
const VILLAGE_TAILS: [&str; 18] = [
    "庄", "湾", "坪", "沟", "桥", "坝", "岭", "塘", "河", "营", "屯", "店", "坡", "井", "滩", "窑",
    "堡", "埠",
];
