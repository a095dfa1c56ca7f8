use super::find;
use crate::Normalised;

std::thread_local! {
    static FAILED: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// What `check` found wrong, all of it at once.
fn verdict() {
    let failed = FAILED.take();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Each address in `text` stands between ⟦ and ⟧.
fn check(marked: &str) {
    let plain: String = marked.chars().filter(|c| !matches!(c, '⟦' | '⟧')).collect();
    let text = Normalised::of(&plain);
    let mut found = Vec::new();
    find(&text, &[], &mut found);
    let mut shown = String::new();
    let mut at = 0;
    for hit in found {
        let bytes = text.to_source(hit.start..hit.end);
        shown.push_str(&plain[at..bytes.start]);
        shown.push('⟦');
        shown.push_str(&plain[bytes.clone()]);
        shown.push('⟧');
        at = bytes.end;
    }
    shown.push_str(&plain[at..]);
    if shown != marked {
        FAILED.with_borrow_mut(|failed| failed.push(format!("wanted {marked}\n   got {shown}")));
    }
}

#[test]
fn addresses_reach_from_the_first_division_to_the_door() {
    check("住址⟦内蒙古自治区包头市石拐区海棠街31号书香门第7栋801⟧，请在2026年5月1日前送到。");
    check("发票寄给甲：⟦湖南省衡阳市湖南衡阳松木经济开发区延河巷159号⟧，税号9112");
    check("客户：⟦浙江省衢州市开化县钟鼓楼街15号院内3排⟧。 客服：请讲。");
    check("扔在⟦甘肃省庆阳市西峰区汉口路564号⟧门口，下雨淋湿");
    check("扔在⟦武清区花园路239号⟧门口");
    check("⟦西藏自治区那曲市双湖县劳动西路405号御龙庭29栋1503⟧，税号");
    check("⟦阿里地区措勤县双桥路264号荷塘月色24栋2104⟧，请在");
    check("⟦东莞市长安镇五一大道111号⟧，请在");
    check("⟦上海市浦东新区世纪大道100号环球金融中心72层⟧");
    check("⟦北京市海淀区中关村大街27号1101室⟧收");
    check("⟦广东深圳南山科技园南区R2-B栋3层⟧");
    check("⟦杭州市余杭区仓前街道文一西路969号⟧ 电话");
    check("⟦江苏省苏州市昆山市玉山镇水秀路1288号3#201⟧");
    check("⟦湖北省孝感市云梦县下辛店镇刘家村3组12号⟧");
    check("⟦北京 朝阳区 望京西园四区 412号楼 3单元 1502⟧");
    verdict();
}

#[test]
fn addresses_without_a_division_begin_with_their_road_or_estate() {
    check("我住⟦中山路12号⟧");
    check("麻烦送到⟦阳光花园3栋2单元501⟧");
    check("快递放⟦翠湖苑5栋⟧就行");
    check("⟦万科城市花园12-3-401⟧");
    verdict();
}

#[test]
fn places_told_by_others_are_addresses() {
    check("你放到⟦东门那个菜鸟驿站旁边3号楼⟧就行");
    check("我在⟦地铁2号线世纪大道站B口⟧等你");
    check("放在⟦实验小学对面⟧");
    verdict();
}

#[test]
fn places_alone_are_no_addresses() {
    check("我去北京出差");
    check("广州塔很高");
    check("上海大众4S店");
    check("坐地铁3号线到终点");
    check("京沪高速封闭了");
    check("6月18号下午送来");
    check("浙江省人民政府发布公告");
    check("北京市朝阳区人民法院判决");
    check("杭州市公安局提醒您");
    check("订单18号发货，5号到");
    check("我们5栋的人都知道");
    check("江苏省昨天发布第3号文件");
    verdict();
}

#[test]
fn what_stands_around_an_address_stays_outside() {
    check("收货地址：⟦广东省广州市天河区天河路385号太古汇写字楼一座1803室⟧，王小姐收，13800138000");
    check("⟦四川省成都市武侯区天府大道北段1700号环球中心E3-1-1203⟧（备注：放门口）");
    check("⟦福建省厦门市思明区软件园二期望海路19号楼⟧联系电话");
    check("⟦重庆市渝北区龙溪街道新溉大道18号3幢5-2⟧李明收");
    check("地址：⟦山东省济南市历下区经十路17703号华特广场B座6层⟧");
    check("家住⟦沈阳市和平区南京南街1甲1号⟧的王先生");
    check("请寄到⟦上海市闵行区七宝镇漕宝路3366弄万科城市花园15号302室⟧");
    check("⟦天津市南开区白堤路科研西路12号356信箱⟧");
    verdict();
}

#[test]
fn short_forms_of_provinces_lead_on() {
    check("⟦广西柳州市柳北区跃进路78号2单元501⟧");
    check("⟦黑龙江省哈尔滨市道里区爱建路66号⟧");
    check("⟦龙岗区坂田街道雪岗北路2018号天安云谷一期3栋A座⟧");
    verdict();
}

#[test]
fn spoken_and_odd_forms() {
    check("我这边是⟦朝阳区望京街道阜通东大街六号院三号楼二单元一零零三⟧");
    check("⟦浙江省义乌市北苑街道丹溪北路１２３号２楼⟧");
    check("⟦江西省 南昌市 青山湖区 北京东路 438号 恒茂国际 A座 1205⟧");
    check("⟦海南省三亚市吉阳区迎宾路165号中铁置业广场2栋1201房⟧");
    check("⟦黑龙江省哈尔滨市道里区爱建路66号，锦江小区4栋1单元602⟧");
    check("⟦云南省昆明市五华区人民中路小西门云南映象A座28楼⟧");
    check("⟦广西南宁市青秀区民族大道136-1号华润大厦A座33层⟧");
    check("⟦河北省石家庄市长安区和平东路318号卓达太阳城二区8-2-501⟧");
    check("⟦贵州省毕节市七星关区杨家湾镇大坪村五组⟧");
    check("⟦新疆乌鲁木齐市天山区解放南路8号⟧的仓库");
    verdict();
}

#[test]
fn lockers_and_gates_stay_in() {
    check("请到⟦学府花园北门菜鸟驿站⟧取");
    check("住在那个⟦幸福里小区十二号楼三单元五零二⟧的");
    check("白云机场T2航站楼12号登机口");
    verdict();
}

#[test]
fn crossings_and_distances_are_told() {
    check("我在⟦解放路和建设街交叉口⟧，你从南边过来");
    check("⟦山东省临沂市兰山区义堂镇东外环与327国道交汇处向南500米路西⟧");
    verdict();
}
