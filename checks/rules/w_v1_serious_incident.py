"""安全、泄密事故等严重问题

检查什么: 扫描取到的每个页面, 查找严重表述错误、有害内容或链接、页面被篡改、伪造发稿日期的痕迹。
依据: 国办秘函〔2019〕19号 附件1 单项否决 1。
判定: 确有一处即为不合格; 只有正常页面绝不会出现的痕迹由机器提出, 其余只作为线索交人工判断。
    ②泄露国家秘密、⑥严重负面舆情机器不判, 有投诉或线索时由人工判断。
不能判定时: 有线索而尚未人工判断, 没有页面可供扫描, 或取到的页面因本方程序出错未能扫描。
    没有取到的页面不在此列。
整改建议: 立即下线问题内容或断开有害链接, 排查同类问题; 页面被篡改的, 先处置漏洞再恢复, 并留存日志。
"""

from __future__ import annotations

from checks.facts import PageScan
from checks.rulebook import rule
from checks.ruling import Ruling
from checks.suspicion import SuspicionLimits, judge_scan


@rule("W-V1")
def serious_incident(scan: PageScan, limits: SuspicionLimits) -> Ruling:
    """Propose what is certain, show a person what is not."""
    return judge_scan(scan, limits, things="页面", by_people="②泄露国家秘密、⑥严重负面舆情")
