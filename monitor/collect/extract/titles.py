"""What may be the title of an item, what is only a button, a mark or an unfilled template."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from monitor.collect.extract.tree import INLINE, clean

_MAX_REMEMBERED = 300
_MORE = re.compile(
    r"[\s\[【(（·+]{0,3}(?:查看|点击|浏览|阅读|了解)?\s?(?:更\s?多|全\s?部|more|详\s?细|详\s?情|全文|进入|查看|点击进入|展开|显示全部)"
    r"(?:内容|信息|新闻|文章|详情|链接|栏目|公告|视频|图片|专题)?\s?[>》»›+.…→\])）】]{0,6}\s?\Z",
    re.I,
)
_ARROWS = re.compile(r"[>》»›+.…→\s]{1,6}\Z")
BUTTONS = frozenset((
    "首页", "网站首页", "返回首页", "上一页", "下一页", "尾页", "末页", "上页", "下页", "前一页", "后一页", "第一页", "最后一页", "上一篇", "下一篇",
    "返回", "返回顶部", "返回列表", "顶部", "关闭", "关闭窗口", "关闭本页", "打印", "打印本页", "打印此页", "收藏", "加入收藏", "设为首页", "分享",
    "下载", "登录", "注册", "退出", "搜索", "高级搜索", "检索", "确定", "提交", "重置", "查询", "跳转", "繁体", "简体", "繁體", "繁体版",
    "简体版", "无障碍", "无障碍浏览", "无障碍阅读", "长者模式", "长者版", "关怀版", "适老版", "手机版", "电脑版", "移动版", "English", "english",
    "英文版", "蒙文版", "蒙古文", "网站地图", "联系我们", "关于我们", "网站声明", "隐私声明", "版权声明", "网站帮助", "使用帮助", "帮助", "我要纠错",
    "网站纠错", "纠错", "站内搜索", "邮箱", "大", "中", "小", "微信", "微博", "官方微信", "官方微博", "客户端", "二维码", "回到顶部", "在线咨询",
    "智能问答", "我要写信", "我要咨询", "详细", "详情", "查看", "查看详情", "更多", "more", "MORE", "阅读全文",
))  # fmt: skip
_PLACEHOLDER = re.compile(
    r"\{\{.{0,200}?\}\}|<\?.{0,200}?\?>|\$\{.{0,200}?\}|\{%.{0,200}?%\}|\[(?:标题|栏目名称|文章标题)\]|#(?:title|标题)#|<%.{0,200}?%>"
)
_BRACKETED = re.compile(r"[\[【（(<《][^\[\]【】（）()<>《》]{1,8}[\]】）)>》]")
_HAN = re.compile("[\u4e00-\u9fff]+")
_EDGES = frozenset("0123456789[](（）)【】 \u3000\xa0·•▪■□◆◇●○★☆►▶▸>»›-—*.．、|日")
_SIGNS = re.compile(r"[\w\u1820-\u18aa]")
_LEAD = re.compile(r"\A[\s·•▪■□◆◇●○★☆►▶▸>»›\-—*.．、\u25cf\u2022]+(?=\S)")
_DATE_TAIL = re.compile(
    r"[\s\[(（【]*(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*\Z"
)
_DATE_HEAD = re.compile(
    r"\A[\s\[(（【]*(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s?\d{1,2}:\d{2})?[\s\])）】|]+"
)
_DATE_PIECE = re.compile(
    r"[\s\[(（【]*(?:(?:19|20)?\d{2}\s?[-/.年]\s?)?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*|"
    r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}月?|\d{1,2}日?|\d{1,2}月|(?:19|20)\d{2}年?"
)


Answer = TypeVar("Answer")


def _remembered(ask: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Words stand on many pages of a site; what is as short as a title is asked once."""
    known = lru_cache(maxsize=8_192)(ask)

    @wraps(ask)
    def answered(text: str) -> Answer:
        return known(text) if len(text) <= _MAX_REMEMBERED else ask(text)

    return answered


def is_placeholder(text: str) -> bool:
    """Whether the words are a template mark that nobody filled in."""
    return ("{" in text or "<" in text or "[" in text or "#" in text) and _PLACEHOLDER.search(
        text
    ) is not None


@_remembered
def is_more(text: str) -> bool:
    """Whether the words only lead on (更多, 详情, >>)."""
    return len(text) <= 16 and (_MORE.match(text) is not None or _ARROWS.match(text) is not None)


@_remembered
def is_title(text: str) -> bool:
    """Whether a link's words can name an item."""
    if len(text) < 2 or text in BUTTONS:
        return False
    if len(text) <= 16 and (
        is_more(text) or text.strip("[]【】()（） ").isdigit() or not _SIGNS.search(text)
    ):
        return False
    if len(text) <= 12 and _BRACKETED.fullmatch(text):
        return False
    return not is_placeholder(text) and not text.startswith(
        ("分享到", "扫一扫", "点击分享", "复制链接", "tab标签")
    )


@_remembered
def title_weight(text: str) -> int:
    """How much a title says: Han signs count one, a Latin or Mongolian letter counts a third."""
    others = len(_HAN.sub("", text))
    return len(text) - others + others // 3


def row_title(raw: str, words: str) -> str:
    """The title of a row: the link's words (its fuller title attribute) without bullets and the row's date.

    `raw` is the link's text with its borders, `words` what the link says.
    """
    if INLINE not in raw and "\n" not in raw and words and words[0] not in _EDGES and words[-1] not in _EDGES:
        return words[:300]
    pieces = [piece.strip() for piece in raw.replace(INLINE, "\n").split("\n")]
    kept = [piece for piece in pieces if piece and not _DATE_PIECE.fullmatch(piece)]
    if kept and len(kept) < len([piece for piece in pieces if piece]):
        longest = next((piece for piece in kept if title_weight(piece) >= 6), max(kept, key=title_weight))
        joined = clean(INLINE.join(kept)) if "\n" not in raw else longest
        if (
            not (words.startswith(joined[:8]) and "\n" not in raw)
            or _DATE_TAIL.search(words)
            or _DATE_HEAD.match(words)
        ) or clean(raw) == words:
            words = joined
    elif "\n" in raw and len(kept) > 1 and clean(raw) == words:
        words = max(kept, key=title_weight) if title_weight(kept[0]) < 5 else kept[0]
    shorter = _DATE_TAIL.sub("", words)
    if shorter:
        words = shorter
    shorter = _DATE_HEAD.sub("", words)
    if shorter:
        words = shorter
    words = _LEAD.sub("", words)
    return words.strip()[:300]
