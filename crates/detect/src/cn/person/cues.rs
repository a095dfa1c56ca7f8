//! Words around a name that tell it for one: tables of words, apart by blanks, by where they are met.

/// Groups of words.
pub(super) type Words = &'static [&'static str];

/// Each word of a table.
pub(super) fn each(words: Words) -> impl Iterator<Item = &'static str> {
    words.iter().flat_map(|group| group.split_whitespace())
}

/// Roles and labels that stand before a name.
pub(super) const ROLES: Words = &[
    // Labels of fields and forms.
    "姓名 名字 名称 客户姓名 真实姓名 户名 开户名 真名 曾用名 化名 别名 本人 配偶 子女 先生 \
     女士 小姐 太太 客人 签字 签名 制表 制单 抄送 记录 校对 授权 撰稿 联系人 紧急联系人 \
     填表人 操作人 登记人 提交人 上报人 提报人 审核 复核 审核人 审核者 审批人 负责人 责任人 \
     处理人 跟进人 受理人 对接人 发起人 经办 经办人 承办人 签发人 签字人 经手人 报告者",
    // Parcels, goods and errands.
    "收方 寄方 收件 寄件 收件人 收货人 寄件人 发件人 发货人 取件人 取货人 取机人 送件人 送货人 送货员 \
     送修人 送检人 提货人 订货人 购货人 供货人 下单人 签收人 代收人 代领人 代办人 领取人 \
     接车人 报修人 寄存人 保管人 发药人 揽收员 揽件员 揽投员 小件员 快递员 派件员 派送员 \
     配送员 派件 派单 配送 骑手 外卖员 网点 厂家 跟单 理货员 发货员 仓管 调度 调度员 调配 \
     承运人 托运人 押运人 押运员 跟车员",
    // Family.
    "媳妇 爷爷 奶奶 外公 外婆 姥姥 姥爷 舅舅 舅妈 姑姑 姑妈 姑父 姨妈 小姨 小姨子 大伯 二叔 \
     三叔 阿姨 堂哥 堂弟 堂姐 堂妹 表哥 表姐 表弟 表妹 侄子 侄女 外甥 外甥女 孙子 孙女 儿媳 \
     女婿 岳父 岳母 公公 婆婆 嫂子 姐夫 妹夫 老公 老婆 丈夫 妻子 爱人 父亲 母亲 爸爸 妈妈 \
     儿子 女儿 哥哥 弟弟 姐姐 妹妹 家属 家长 长子 次子 三子 独子 长女 次女 独女 婚生子 婚生女 \
     前夫 前妻 男方 女方 男友 女友 我弟 我哥 我姐 我妹 我爸 我妈 我爷爷 我奶奶 我儿 我闺女 \
     我侄子 我外甥 他爸 他妈 他弟 他哥 她爸 她妈 她姐 她妹 监护人 收养人 继承人 被继承人 \
     立遗嘱人",
    // Friends, neighbours, and whom a text calls by age or state.
    "同事 同学 同桌 朋友 室友 网友 老乡 战友 闺蜜 徒弟 队友 我徒弟 我战友 我闺蜜 邻居 队员 \
     组员 团员 村民 居民 市民 网民 群众 党员 干部 战士 烈士 儿童 幼儿 男子 女子 老人 新生儿 \
     产妇 孕妇 逝者 死者 伤者 走失人员",
    // Customers, tenants, travellers.
    "客户 顾客 用户 会员 机主 车主 业主 户主 房客 租客 租户 住户 房东 买家 卖家 旅客 乘客 \
     乘机人 住客 入住人 驾驶人 持证人 预约人 报名人 参赛者 获奖者 参会人 参会者 出席 参训 \
     来电人 来访人 回访人 被访人 受访人 受访者 当事人 投诉人 求助人 饲养人 中介",
    // Parties of contracts, payments and insurance.
    "甲方 乙方 丙方 买方 卖方 付款方 收款方 承租方 出租方 收款人 付款人 汇款人 持卡人 背书人 \
     出票人 买受人 出卖人 拍卖人 竞买人 借款人 贷款人 出借人 抵押人 出租人 承租人 担保人 \
     保证人 发包人 承包人 承诺人 劳动者 委托人 受托人 代理人 投保人 被保人 被保险人 参保人 \
     受益人 受益所有人 所有人 持有人 权利人 义务人 投资人 合伙人 经营者 法定代表人 法人 \
     法人代表 股东 监事 董事 催收对象",
    // Courts, police and accidents.
    "原告 被告 上诉人 被上诉人 申请人 被申请人 第三人 被告人 被害人 受害人 申诉人 信访人 证人 \
     见证人 鉴定人 律师 法官 审判长 审判员 书记员 检察官 检察员 陪审员 执行员 公证员 调解员 \
     警官 民警 辅警 交警 巡警 协管员 接警员 报案人 报警人 举报人 嫌疑人 行为人 违法人 肇事人 \
     肇事者 目击者 查勘员 操作手 装维 查勘人 定损员 定损人 理赔员",
    // Hospitals and schools.
    "患者 病人 医生 医师 主治医师 主诊 主刀 术者 麻醉 麻醉师 手术医生 送检医生 会诊医师 \
     总检医师 主检医师 体检医师 开单医生 开方医生 护士 护士长 责任护士 护工 陪护人 药师 \
     核对药师 检验员 检验人 检验者 检测人 学生 学员 考生 值日生 老师 班主任 校长 教授 院士 \
     外教 辅导员 指导教师 任课教师 教官 宿管 保育员",
    // Offices and heads.
    "主管 经理 总经理 项目经理 店长 主任 院长 队长 组长 班长 部长 处长 科长 局长 书记 总监 \
     董事长 助理 秘书 会计 出纳 会长 理事 站长 厂长 场长 镇长 乡长 县长 市长 村长 楼长 主席 \
     委员 代表 领队 列车长 船长 机长 组织者 召集人 候选人 发言人 老板娘 掌柜 店主 摊主 主理人 \
     群主",
    // Trades and what one does at work.
    "技师 师傅 老师傅 司机 驾驶员 客服 坐席 专员 工程师 设计师 销售 顾问 法务 财务 人事 前台 \
     采购 运营 测试 产品 开发 监理 外勤 柜员 接待 带班 值班 值班人 巡检人 员工 职工 工人 店员 \
     收银员 营业员 接线员 操作员 维修工 安装工 施工员 安全员 质检员 验收人 网格员 物业 管家 \
     保安 保洁 乘务员 导游 裁判 教练 选手 应聘者 嘉宾 主持 主持人 主讲 主讲人 主播 博主 主编 \
     作者 记者 编辑 导演 演员 歌手",
];

/// Verbs and phrases that announce a name.
pub(super) const CALLS: Words = &[
    // Saying what somebody is called, or who it is.
    "我叫 我是 名叫 叫做 叫 他叫 她叫 姓名是 名字是 名字叫 全名 本名 改名 写的是 写的 登记的是 备注 \
     这是 就是 是 署名 落款",
    // Turning to somebody.
    "亲爱的 尊敬的 感谢 @ 艾特 抄送 致 请 让 找 联系 通知 问 问问 告诉 安排 麻烦 帮 替 等",
    // Giving to somebody, or having from somebody.
    "转给 交给 发给 寄给 送给 还给 给 收到 来自 代表",
    // Small words before a person.
    "由 被 跟 和 与 为 向 对 及 或 经 据 同",
];

/// Titles and forms of address that follow a name.
pub(super) const TITLES: Words = &[
    // Forms of address, and what else stands right after a name.
    "车主 机主 先生 女士 小姐 太太 夫人 同志 同学 小朋友 宝宝 阿姨 叔叔 大爷 大妈 大姐 大哥 哥 姐 妈妈 \
     爸爸 家长 家属 女 男 您好 你好",
    // Offices and trades.
    "师傅 老师 经理 总经理 主任 主管 总监 总 董 工 老板 店长 队长 组长 班长 部长 处长 科长 \
     局长 院长 校长 书记 医生 大夫 医师 护士 教授 博士 导师 律师 法官 警官 警察 教练 技师 \
     专员 会计 秘书 助理 司机 业主",
];

/// Words that follow a name that does or suffers something.
pub(super) const ACTS: Words = &[
    // What a person says, asks or decides.
    "说 表示 称 反映 来电 投诉 认为 介绍 告诉 指出 反馈 要求 申请 提出 回复 答 问 确认 想",
    // What a person does or has done.
    "签收 收 亲启 转 送 取 拿 打 发 拨打 派送 处理 跟进 负责 联系 住 住在 购买 下单 预约 参加 \
     担任 加入 离职 入职 请假 签字 来 去 到 给 让 叫 要",
    // Small words after whoever acts.
    "已 于 在 的 是 就 也 和 与 及 等 把 被 从 因 将 对 向 有 没 没有 不 不在 都 还 又 正在 \
     今天 昨天 明天 刚 刚刚 先 会 能 可以 需要 她 他 这 那 吗 呢 吧 啊 呀",
    // What belongs to a person.
    "本人 身份证 电话 手机 手机号 出生 生日 名下 账户",
    // Kin, company and works: 之父, 等人, 所写, 夫妇.
    "之父 之母 之妻 之夫 之子 之女 等人 等三人 所建 所有 所写 所在 夫妇 夫妻 父子 母女 一家 \
     一行 家",
];
