"""Headlines and paragraphs of official-looking, meaningless prose."""

from __future__ import annotations

from functools import cache
from random import Random

_ACTS = (
    "召开",
    "组织开展",
    "扎实推进",
    "安排部署",
    "调研督导",
    "启动实施",
    "持续深化",
    "全力保障",
    "圆满完成",
    "有序推进",
)
_THINGS = (
    "春季草原防火工作", "优化营商环境工作", "秋季学期开学保障", "农牧业机械化培训", "老旧小区改造项目", "重点项目建设", "供热保障工作",
    "电子商务进农村工作", "义务植树活动", "安全生产大检查", "水土保持综合治理", "基层卫生服务能力提升", "政务公开培训", "民族团结进步宣传活动",
    "奶业振兴工作", "文旅融合发展", "防汛抗旱工作", "就业援助行动", "科技特派员下乡服务", "河湖巡查", "食品安全宣传周活动", "公共数据归集",
)  # fmt: skip
_DOCS = ("实施方案", "管理办法", "工作要点", "实施细则", "若干措施", "补助办法", "行动计划", "应急预案")
_NOTICE = ("公告", "公示", "通知", "通告")
_MEET = ("会议", "推进会", "座谈会", "专题会", "动员会", "现场会")
_SENTENCES = (
    "要坚持问题导向，压实工作责任，确保各项任务落到实处。", "会议强调，各有关部门要加强协作配合，形成工作合力。",
    "截至目前，项目累计完成投资过半，各标段施工有序推进。", "下一步，将继续完善工作机制，提升服务群众的能力和水平。",
    "与会人员围绕重点难点问题进行了交流发言，并提出了意见建议。", "工作组先后深入嘎查、社区和企业，实地了解情况。",
    "各苏木乡镇要因地制宜制定具体办法，做好宣传引导。", "活动现场发放宣传资料，解答群众提出的问题，受到普遍欢迎。",
    "有关单位要严格执行报告制度，及时反馈进展情况。", "通过集中培训和现场教学，参训人员业务能力得到进一步提高。",
    "牧区棚圈建设、饲草料储备和疫病防控工作同步推进。", "坚持生态优先、绿色发展，统筹山水林田湖草沙系统治理。",
    "对检查中发现的隐患，现场提出整改要求并明确完成时限。", "符合条件的申请人可以通过窗口或者网上平台提出申请。",
)  # fmt: skip


def headline(random: Random, kind: str, place: str) -> str:
    """A headline for a column of that kind."""
    thing = random.choice(_THINGS)
    if kind in ("policy", "interpretation"):
        title = f"{place}关于印发《{thing}{random.choice(_DOCS)}》的通知"
        return f"《{place}{thing}{random.choice(_DOCS)}》政策解读" if kind == "interpretation" else title
    if kind in ("notice", "other"):
        return f"关于{thing}{random.choice(('有关事项', '相关安排', '候选名单', '结果', '资金分配'))}的{random.choice(_NOTICE)}"
    if kind == "data":
        return f"{place}{random.randint(1, 12)}月份主要经济指标完成情况"
    if random.random() < 0.4:
        return f"{place}召开{thing}{random.choice(_MEET)}"
    return f"{place}{random.choice(_ACTS)}{thing}"


@cache
def paragraphs() -> tuple[str, ...]:
    """A fixed stock of paragraphs that articles are put together from."""
    random = Random("paragraphs")
    return tuple("".join(random.choices(_SENTENCES, k=random.randint(3, 7))) for _ in range(240))


def body_text(number: int, count: int) -> list[str]:
    """`count` paragraphs, the same for the same number."""
    stock = paragraphs()
    return [stock[(number * 37 + step * 11) % len(stock)] for step in range(count)]
