"""Pages that answer 200 and are not the page that was asked for: defences, "not found" texts, shells, jumps.

Judged by structure: such a page is nearly empty. An article may quote any of these words and is still an
article. Source: sites-as-they-are.md, section 6.
"""

from __future__ import annotations

import re

from monitor.collect.extract.page import Challenge, Region
from monitor.collect.extract.tree import Tree

_SCRIPT_MARKS = (
    "$_ts.nsd", "$_ts.cd", "$_ts=", "$_ts =", "__jsl_clearance", "acw_sc__v2", "acw_sc__v3", "_$jsvmprt", "yunsuo_session", "security_session_verify",
    "#ENCODED#", "wzws_sessionid", "WZWS_", "_guard", "jschl_vc", "cf_chl_", "safeline", "sl-challenge", "TencentCaptcha", "nc_captcha", "awsc.js",
)  # fmt: skip
_BLOCK_WORDS = re.compile(
    r"创宇盾|知道创宇|加速乐|安全狗|玄武盾|云防护|奇安信|网站防火墙|Web应用防火墙|WAF|阿里云盾|安骑士|云锁|护卫神|D盾|长亭|雷池|"
    r"访问(?:被|已被|遭到)?(?:拦截|阻断|拒绝|禁止|受限)|请求(?:被|已被|存在)?(?:拦截|阻断|拒绝|异常|威胁|非法)|(?:您|你)的(?:访问|请求|IP|操作).{0,16}(?:拦截|阻断|拒绝|禁止|封|限制|异常|威胁|频繁|可疑)|"
    r"访问过于频繁|访问频率|人机验证|安全验证|拖动滑块|滑动验证|请完成验证|点击验证|Access Denied|Request (?:Blocked|Rejected)|Forbidden|been blocked|"
    r"rule_?id|事件ID|拦截ID|Attention Required|Checking your browser|正在检查(?:您的)?浏览器|浏览器安全检查|环境异常",
    re.I,
)
_GONE = re.compile(
    r"(?:页面|网页|文章|内容|信息|网址|地址|链接|资源|文件|栏目|您(?:所|要)?(?:访问|查看|浏览|请求)的.{0,12})(?:.{0,6})(?:不存在|未找到|没有找到|无法找到|找不到|已(?:经)?(?:被)?(?:删除|移除|下线|失效|撤稿|撤销|转移|移动)|走丢|丢失|消失|不见了|飞走)|"
    r"(?:找不到|未找到|没有找到|无法(?:找到|访问|显示|打开)|不存在)(?:.{0,8})(?:页面|网页|文章|内容|信息|资源|文件|网址|地址)|"
    r"(?<!\d)404(?!\d)|not\s?found|page (?:does not|doesn't) exist|no longer (?:exists|available)|抱歉.{0,20}(?:不存在|出错|丢|找不到)|HTTP Status 40[04]|迷路了",
    re.I,
)
_NOTHING_LISTED = re.compile(
    r"(?:没有|未能?|暂未|尚未|找不到|无法)(?:找到|查询到|查到|检索到|搜索到)?(?:任何|有关|相关|相应|对应|符合(?:查询|检索)?(?:条件|要求)|匹配)的?(?:.{0,4})"
    r"(?:信息|内容|记录|数据|文件|结果|文章)"
)
"""What lists say of themselves when they hold no row; a dead address speaks of the page that was asked for."""
_FRAMED = 6
"""Links from which on a page has the frame of its site around it."""
_SOFT_TITLE = re.compile(r"404|not\s?found|页面不存在|找不到|未找到|出错|错误页|error", re.I)
_REFRESH = re.compile(r"\s{0,5}[\d.]{1,8}\s{0,5}[;,]\s{0,5}url\s{0,3}=\s{0,3}[\"']?([^\"'>\s]{1,1000})", re.I)
_JUMP = re.compile(
    r"(?<![\w.$])(?:(?:window|self|top|parent|document)\s{0,3}\.\s{0,3})?location(?:\.href)?\s{0,3}(?:=|\.(?:replace|assign)\s{0,3}\()\s{0,3}"
    r"[\"']([^\"']{1,1000})[\"']"
)
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|(?<![:\"'])//[^\n]*+")
_ROOTS = frozenset(("app", "root", "__nuxt", "__next", "main-app", "application", "q-app"))
_NEEDS_SCRIPT = re.compile(
    r"(?:请|需要?)(?:先)?(?:启用|开启|打开|允许).{0,10}(?:JavaScript|脚本|js)|enable JavaScript|without JavaScript|正在加载|加载中|loading",
    re.I,
)
_PLACEHOLDERS = re.compile(r"\{\{[^{}\n]{1,120}\}\}|<\?=|\$\{[^{}\n]{1,80}\}|\{%")
_ANSWER_LIMIT = 600


def challenge(tree: Tree, body: str, links: int) -> Challenge | None:
    """A script challenge or a block page, told by its marks on an otherwise empty page."""
    visible = len(tree.text)
    if visible > _ANSWER_LIMIT or links > 12:
        return None
    head = body[:20_000]
    if visible < 200 and any(mark in head for mark in _SCRIPT_MARKS):
        return Challenge.SCRIPT
    if visible < 60 and links == 0 and _sets_cookie_and_reloads(tree):
        return Challenge.SCRIPT
    words = f"{tree.title}\n{tree.text}"
    match = _BLOCK_WORDS.search(words)
    if match is not None and links <= 6 and not _GONE.search(tree.title):
        return Challenge.BLOCKED
    return None


def _sets_cookie_and_reloads(tree: Tree) -> bool:
    for script in tree.scripts:
        text = script.text
        if "cookie" in text and ("location" in text or "reload" in text):
            return True
        if (
            script.text
            and len(text) > 1_500
            and re.search(r"eval\s?\(|\\x[0-9a-f]{2}\\x|_0x[0-9a-f]{4}|String\.fromCharCode", text)
        ):
            return True
    return False


def refresh_target(tree: Tree) -> str | None:
    """Where the page sends its visitor at once: a meta refresh, or a plain jump in the script of an empty page."""
    for own in tree.metas:
        if own.get("http-equiv", "").lower() == "refresh":
            match = _REFRESH.match(own.get("content", ""))
            if match and len(tree.text) < 2_000:
                return match[1]
    if len(tree.text) > 400:
        return None
    for script in tree.scripts:
        text = script.text
        if "location" in text and len(text) < 4_000 and "cookie" not in text:
            match = _JUMP.search(_without_comments(text))
            if match is not None and not _conditional(text, match):
                return match[1]
    return None


def _without_comments(text: str) -> str:
    return _COMMENT.sub(" ", text)


def _conditional(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()]
    return bool(
        re.search(r"onclick|addEventListener|userAgent|\bscreen\.|isMobile|function\s+\w+\s?\(", before)
    )


def not_found(tree: Tree, main: str, has_lists: bool, url: str, refresh: str | None) -> bool:
    """Whether a page that answered 200 says that nothing is there, or only throws its visitor upwards."""
    if refresh is not None and len(tree.text) < 60 and _leads_up(refresh, url):
        return True
    if len(tree.text) <= 400:
        main = tree.text
    if has_lists or len(main) > 500:
        return False
    if len(tree.find("a")) >= _FRAMED:
        main = _NOTHING_LISTED.sub(" ", main)
    match = _GONE.search(main)
    if match is not None and len(main) <= 400:
        return True
    return _SOFT_TITLE.search(tree.title) is not None and len(tree.title) < 40 and len(main) < 300


def _leads_up(refresh: str, url: str) -> bool:
    """A jump to a folder above this page; an entrance that jumps down from the root is no such thing."""
    path = url.partition("://")[2].partition("?")[0]
    if path.count("/") < 2:
        return False
    target = refresh.partition("://")[2] if "://" in refresh else refresh
    if "://" in refresh:
        folder = path[: path.rfind("/") + 1]
        return target.endswith("/") and folder.startswith(target) and folder != target
    return (
        target in ("/", "../", "..", "./", ".", "/index.html")
        or re.fullmatch(r"(?:\.\./)+(?:index\.\w{3,5})?", target) is not None
    )


def main_text(tree: Tree, regions: list[Region]) -> str:
    """The text outside navigation, footer and sidebar."""
    parts: list[str] = []
    position = 0
    index, size = 0, len(regions)
    while index < size:
        if regions[index] is not Region.MAIN:
            if tree.start[index] > position:
                parts.append(tree.text[position : tree.start[index]])
            position = max(position, tree.stop[index])
            index = tree.end[index]
        else:
            index += 1
    parts.append(tree.text[position:])
    return "".join(parts)


def script_built(tree: Tree, links: int, rows: int) -> bool:
    """An application shell, or a page whose lists are unfilled templates."""
    text = tree.text
    if rows == 0 and len(_PLACEHOLDERS.findall(text[:60_000])) >= 3:
        return True
    if len(text) > 260 or links > 8 or not tree.scripts:
        return False
    sourced = any(script.attrs.get("src") for script in tree.scripts)
    for index, own in enumerate(tree.attrs):
        identity = own.get("id") if own else None
        if identity and identity.lower() in _ROOTS and tree.stop[index] - tree.start[index] < 200 and sourced:
            return True
    if len(text) < 60 and sourced and links == 0:
        return True
    return bool(sourced and links <= 2 and _NEEDS_SCRIPT.search(text))
