"""安全、泄密事故等严重问题(政务新媒体)

检查什么: 扫描取到的每条发布内容, 查找严重表述错误、有害内容或链接的痕迹。
依据: 国办秘函〔2019〕19号 附件1 政务新媒体单项否决 1。
判定: 确有一处即为不合格; 只有正常内容绝不会出现的痕迹由机器提出, 其余只作为线索交人工判断。
    ②泄露国家秘密、④严重负面舆情机器不判, 有投诉或线索时由人工判断。
不能判定时: 有线索而尚未人工判断, 没有发布内容可供扫描, 或取到的内容因本方程序出错未能扫描。
整改建议: 立即删除或更正问题内容, 排查同类问题, 落实先审后发。
"""

from __future__ import annotations

from checks.facts import PageScan
from checks.rulebook import rule
from checks.ruling import Ruling
from checks.suspicion import SuspicionLimits, judge_scan


@rule("N-V1")
def serious_incident(scan: PageScan, limits: SuspicionLimits) -> Ruling:
    """Propose what is certain, show a person what is not."""
    return judge_scan(scan, limits, things="发布内容", by_people="②泄露国家秘密、④严重负面舆情")
