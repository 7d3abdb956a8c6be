"""Names of columns by what they are for, and the values of the ColumnType tag."""

from __future__ import annotations

NEWS = (
    "工作动态", "动态要闻", "政务要闻", "部门动态", "时政要闻", "今日要闻", "图片新闻", "新闻中心", "政务动态",
    "业务动态", "行业动态", "基层动态", "最新动态", "新闻动态", "综合新闻", "草原要闻", "机关动态", "旗县动态",
    "旗区动态", "盟市动态", "苏木乡镇动态", "系统动态", "本地要闻", "新闻资讯", "要闻速递", "工作要闻",
)  # fmt: skip
NOTICE = (
    "通知公告", "公告公示", "公示公告", "通知通告", "最新公告", "公告通知", "政府公告", "通知与公告", "公示通知",
    "公告栏", "通知公示", "重要通知",
)  # fmt: skip
POLICY = (
    "政策文件", "规范性文件", "行政规范性文件", "政策法规", "政府文件", "部门文件", "本级政策文件", "上级政策文件",
    "最新政策文件", "惠企政策文件", "其他政策文件", "政策文件库", "法规文件", "办公室文件", "政策性文件",
)  # fmt: skip
INTERPRETATION = (
    "政策解读", "文字解读", "图文解读", "部门解读", "专家解读", "视频解读", "政策解读与回应", "本级政策解读",
    "上级政策解读", "政策图解",
)  # fmt: skip
ANNUAL = (
    "政府信息公开年报", "信息公开年报", "政府信息公开年度报告", "信息公开年度报告", "公开年报", "政府信息公开工作年度报告",
)  # fmt: skip
DATA = ("数据发布", "统计数据", "统计信息", "统计公报", "数据公开", "经济数据", "统计月报")
OVERVIEW = ("概况信息", "单位概况", "走进我们", "机关概况", "地区概况", "旗情概览", "基本情况")
INSTITUTION = ("机构职能", "机构设置", "内设机构", "主要职责", "机构简介", "职能职责")
LEADER = ("领导之窗", "领导信息", "负责人信息", "领导班子", "领导分工", "领导介绍")
DISCLOSURE = ("政府信息公开指南", "信息公开指南", "公开指南")
TOPIC = (
    "优化营商环境专题", "铸牢中华民族共同体意识专栏", "乡村振兴专题", "安全生产月专题", "民族团结进步专栏", "防灾减灾专题",
    "扫黑除恶专题", "生态环境保护专栏", "双拥工作专题", "冬春火灾防控专题", "普法宣传专栏", "文明创建专题",
    "招商引资专题", "主题教育专栏", "节能宣传周专题", "森林草原防火专题",
)  # fmt: skip
ARCHIVE = ("历史归档", "往期归档", "归档专题", "历史文件归档", "旧版网站归档")
OTHER = (
    "财政预决算", "政府采购", "人事任免", "建议提案办理", "双公示专区", "应急管理", "回应关切", "招考录用", "重大建设项目",
    "营商环境", "会议公开", "义务教育", "社会救助", "食品药品监管", "环境保护信息", "国有资产", "权责清单", "河湖长制",
)  # fmt: skip
UNTYPED = ("草原英才", "北疆风采", "塞上书香", "敖包相会", "马头琴声", "河套人家", "大漠驼铃", "科尔沁记忆")
ODD_NEWS = (
    "草原时讯",
    "塞外快报",
    "北疆传真",
    "马背信使",
    "乌兰牧骑在线",
    "毡房夜话",
    "蓝天哈达",
    "每日一览",
    "青城播报",
)
CHANNELS = ("政务公开", "信息公开", "政府信息公开", "公开目录")

TAGS = {
    "news": ("工作动态", "动态要闻", "工作动态;图片新闻", "要闻动态"),
    "notice": ("通知公告", "通知公告", "公告公示"),
    "policy": ("政策文件", "政策文件", "政策文件、政府信息公开"),
    "interpretation": ("政策解读",),
    "annual": ("信息公开年报",),
    "data": ("数据发布",),
    "overview": ("概况信息",),
    "institution": ("机构职能",),
    "leader": ("负责人信息",),
    "disclosure": ("信息公开指南",),
    "topic": ("专题专栏",),
    "archive": ("历史归档",),
}
NAMES = {
    "news": NEWS, "notice": NOTICE, "policy": POLICY, "interpretation": INTERPRETATION, "annual": ANNUAL, "data": DATA,
    "overview": OVERVIEW, "institution": INSTITUTION, "leader": LEADER, "disclosure": DISCLOSURE, "topic": TOPIC,
    "archive": ARCHIVE, "other": OTHER, "untyped": UNTYPED,
}  # fmt: skip
CONFIRMED_TYPE = {
    "news": "动态要闻", "notice": "通知公告", "policy": "政策文件", "interpretation": "政策解读", "annual": "信息公开年报",
    "data": "数据发布", "overview": "概况信息", "institution": "机构职能", "leader": "负责人信息",
    "disclosure": "信息公开指南", "topic": "专题专栏", "archive": "历史归档",
}  # fmt: skip
SLUGS = {
    "news": ("gzdt", "dtyw", "zwyw", "bmdt", "szyw", "xwzx", "tpxw", "zwdt", "ywdt", "hydt", "jcdt", "zxdt"),
    "notice": ("tzgg", "gggs", "gsgg", "tztg", "gg", "ggl"),
    "policy": ("zcwj", "gfxwj", "xzgfxwj", "zcfg", "zfwj", "bmwj", "bjzcwj", "qtwj"),
    "interpretation": ("zcjd", "wzjd", "twjd", "bmjd", "zjjd"),
    "annual": ("zfxxgknb", "gknb", "xxgknb", "nb"),
    "data": ("sjfb", "tjsj", "tjxx", "tjgb"),
    "overview": ("gk", "dwgk", "jggk"),
    "institution": ("jgzn", "jgsz", "nsjg"),
    "leader": ("ldzc", "ldxx", "ldjs"),
    "disclosure": ("zfxxgkzn", "xxgkzn"),
    "topic": ("ztzl", "zt", "zl"),
    "archive": ("lsgd", "wqgd"),
    "other": ("qt", "zdly", "zdxx", "fdzdgknr"),
    "untyped": ("ts", "lm"),
}
