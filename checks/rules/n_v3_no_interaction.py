"""互动回应差(政务新媒体)

检查什么: 信息源显示的互动功能(评论、留言)是否提供。
依据: 国办秘函〔2019〕19号 附件1 政务新媒体单项否决 3。
判定: ①未提供有效互动功能为不合格。②购买粉丝、强制点赞等弄虚作假行为机器不判, 有投诉或线索时由人工判断;
    ②列于本指标之下未经官方文本确认, 为暂定。
不能判定时: 信息源不显示互动功能, 或信息源没有取到。不能判定不影响账号合格与否。
整改建议: 开通评论或留言功能并安排专人回复; 停止并纠正弄虚作假行为。
"""

from __future__ import annotations

from checks.facts import AccountSource
from checks.model import Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.words import why

_BY_PEOPLE = "②弄虚作假行为机器不判"


@rule("N-V3")
def no_interaction(source: AccountSource) -> Ruling:
    """Believe a source that shows interaction; stay silent where none does."""
    shown = source.interaction
    if shown is not None and shown.offered:
        return passes(f"①提供互动功能; {_BY_PEOPLE}", source.gaps)
    if source.gaps:
        return withholds(f"信息源未能观测: {why(source.gaps)}", source.gaps)
    if shown is None or shown.offered is None or shown.seen is None:
        return withholds("信息源不显示互动功能")
    says = "①未提供有效互动功能"
    return fails(says, (Finding(says, (Evidence.of(shown.seen),), key="interaction"),))
