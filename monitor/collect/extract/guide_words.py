"""The words of service guides: the labels of the eight element classes, what is content and what is none."""

from __future__ import annotations

import re
from functools import lru_cache

from checks.facts.guides import Element
from monitor.collect.extract.tree import clean

_MAX_KNOWN = 60
_NUMBERING = re.compile(
    r"\A[\s【\[(（<《★●■◆▪•·*]*(?:第[一二三四五六七八九十]{1,3}[项条部分]{1,2}[、.．:：)）\s]{0,2}|[一二三四五六七八九十]{1,3}[、.．:：)）\s]{1,3}|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．)）\s]{1,2}|[①-⑩])?[\s【\[]*"
)
_TRAILING = re.compile(r"[\s】\])）>》:：*？?]+\Z")
_H = r"[\u4e00-\u9fff]"
_OTHER = re.compile(
    rf"(?:是否)?收费{_H}{{0,6}}|{_H}{{0,4}}收费(?:标准|依据|情况|方式|项目|金额)?|(?:监督|投诉|举报){_H}{{0,10}}|{_H}{{0,4}}(?:监督|投诉){_H}{{0,6}}|{_H}{{0,6}}对象|{_H}{{0,4}}类型|"
    rf"实施主体{_H}{{0,2}}|{_H}{{0,4}}(?:机构|主体|部门|单位|科室|层级|来源|编码|结果|样本|问题|事项内容|范围|次数|形式|方式|渠道|救济|备注|附件|下载|表格|说明|深度|级别|须知|权利|义务|评价)|注意事项|基本信息|常见问题|"
    rf"温馨提示|特别程序|数量限制|年审年检|联办{_H}{{0,4}}|网上办理|在线办理|扫码{_H}{{0,4}}|表格下载|样表下载|结果送达|权力{_H}{{0,4}}|材料下载|空白表{_H}{{0,4}}|办件{_H}{{0,4}}|到办事现场次数|"
    rf"办理进程查询|行政复议{_H}{{0,8}}|法律救济"
)
_LABELS: tuple[tuple[Element, re.Pattern[str]], ...] = (
    (
        Element.NAME,
        re.compile(
            r"(?:办理|服务|审批|许可|办事|政务服务|事项|项目|业务|主项|子项|实施|权力|公共服务)*(?:名称|全称)|办理事项|服务事项|审批事项|申请事项|事项|办理项目|业务名"
        ),
    ),
    (
        Element.BASIS,
        re.compile(
            rf"{_H}{{0,10}}依据(?:及{_H}{{0,4}})?|{_H}{{0,4}}法律法规|政策法规|法规政策|{_H}{{0,4}}政策文件依据"
        ),
    ),
    (
        Element.CONDITIONS,
        re.compile(
            rf"{_H}{{0,10}}(?:条件|资格)(?:及?(?:要求|标准|说明|限制))?|哪些人(?:可以|能){_H}{{0,4}}|谁(?:可以|能)(?:办|申请){_H}{{0,2}}|申请人(?:要求|资格)"
        ),
    ),
    (
        Element.MATERIALS,
        re.compile(
            rf"{_H}{{0,10}}(?:材料|资料|要件|证件|证明)(?:及?(?:清单|目录|名称|要求|列表|明细|份数|说明|一览|信息)){{0,2}}|需要(?:带|提供|提交|准备)(?:什么|哪些){_H}{{0,4}}|带什么"
        ),
    ),
    (
        Element.PROCESS,
        re.compile(
            rf"{_H}{{0,10}}(?:流程|程序|步骤|环节)(?:图|说明|及{_H}{{0,4}})?|怎么办理?|如何办理|办理过程"
        ),
    ),
    (
        Element.PHONE,
        re.compile(
            rf"(?:联系|咨询|办公|服务|窗口|受理|业务|办事|预约|办理|热线|查询|对外|公开){_H}{{0,6}}(?:电话|热线|号码|方式|途径)|(?:联系|咨询)(?:方式|途径|人及电话)?|{_H}{{0,4}}电话(?:号码)?|电话咨询|咨询服务"
        ),
    ),
    (
        Element.PLACE,
        re.compile(
            rf"(?:办理|受理|办公|办事|服务|窗口|现场|线下|接待|提交|申请|联系|通讯|详细|实施|收件|递交|窗口办理|办理窗口|大厅|办事大厅){{0,2}}(?:地点|地址|场所|位置|窗口|大厅)(?:(?:、|及|和|与|/){_H}{{1,6}})?|(?:去)?哪里办|在哪(?:里)?办理?|{_H}{{2,8}}(?:地点|地址)"
        ),
    ),
    (
        Element.HOURS,
        re.compile(
            rf"{_H}{{0,8}}(?:时间|时限|期限|时段|(?<!\A)工作日)(?:(?:、|及|和|与|/){_H}{{1,6}})?|什么时候(?:办|能办){_H}{{0,2}}|多久(?:能)?办[好结完]"
        ),
    ),
)
_NO_CONTENT = re.compile(
    r"(?:[\s/\\\-—_.。、*:：]*|(?:暂无|暂时没有|没有)(?:数据|内容|信息|资料|相关信息|说明|相关数据)?|null|undefined|none|nan|待(?:补充|完善|更新|定)|建设中|空)[\s。.]*\Z",
    re.I,
)
LATER = re.compile(r"\{\{.{0,120}?\}\}|\$\{.{0,120}?\}|<\?|加载中|正在加载|loading|请稍[候后]|数据加载", re.I)
BUTTON = re.compile(
    r"(?:点击|查看|展开|收起|下载|更多|返回|收藏|打印|分享|复制|在线办理|立即办理|我要办|预约|评价|咨询|纠错|详情|样表|空白表|全部)[\s>》…+]*\Z"
)


def label_of(words: str) -> tuple[bool, tuple[Element, ...], str]:
    """Whether words are a label, the element classes that it names, and the content behind its colon.

    A label of no class (收费标准, 监督电话) still ends what stands before it.
    """
    return _known_label(words) if len(words) <= _MAX_KNOWN else _label(words)


def _label(words: str) -> tuple[bool, tuple[Element, ...], str]:
    if len(words) > 400 and "：" not in words[:24] and ":" not in words[:24]:
        return False, (), ""
    bare = _NUMBERING.sub("", words, count=1)
    head, mark, rest = bare, "", ""
    match = re.match(r"([^:：】\]]{2,18})[:：】\]]\s{0,3}(.*)\Z", bare, re.S)
    if match:
        head, mark, rest = match[1], ":", match[2]
    name = (
        re.sub(r"[\s\u3000（(].*\Z", "", _TRAILING.sub("", head))
        if "（" in head or "(" in head
        else _TRAILING.sub("", head)
    )
    name = re.sub(r"\s", "", name)
    if not 2 <= len(name) <= 16:
        return False, (), ""
    elements = _classes(name)
    if elements:
        return True, elements, rest.strip(" :：】]") if mark else ""
    if _OTHER.fullmatch(name):
        return True, (), rest.strip() if mark else ""
    return False, (), ""


_known_label = lru_cache(maxsize=16_384)(_label)
"""Titles, labels and values come back on many pages of a site."""


def _classes(name: str) -> tuple[Element, ...]:
    if _OTHER.fullmatch(name) and not re.search(r"咨询|联系", name):
        return ()
    found = [element for element, pattern in _LABELS if pattern.fullmatch(name)]
    single = len(found) == 1 and found[0] in (Element.PLACE, Element.HOURS)
    if single and re.search(r"地[点址]", name) and re.search(r"时间|时限", name):
        return (Element.PLACE, Element.HOURS)
    if Element.PLACE in found and re.search(r"电话|联系方式", name):
        found.append(Element.PHONE)
    return tuple(dict.fromkeys(found))


def is_content(content: str) -> bool:
    """Whether words say anything, and are no dash, no 暂无 and no button."""
    words = clean(content)
    return bool(words) and not _NO_CONTENT.match(words) and not BUTTON.match(words)
