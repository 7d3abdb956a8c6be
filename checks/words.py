"""The Chinese words in which rules speak: names of the collector's failure kinds, and short quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from checks.facts.base import Gap

FAILURE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "no_such_name": "域名不存在",
        "resolver_failed": "本方域名解析失败",
        "connect_refused": "连接被拒绝",
        "connect_timeout": "连接超时",
        "unreachable": "网络不可达",
        "tls_timeout": "安全连接握手超时",
        "tls_handshake": "安全连接握手失败",
        "tls_certificate": "证书不合规",
        "reset": "连接被重置",
        "first_byte_timeout": "等待应答超时",
        "body_timeout": "接收正文超时",
        "protocol_error": "应答不合协议",
        "empty_reply": "空应答",
        "truncated": "正文不完整",
        "headers_too_large": "应答头过大",
        "too_large": "正文超出大小上限",
        "bad_encoding": "压缩编码无法还原",
        "too_many_redirects": "跳转次数过多",
        "redirect_loop": "循环跳转",
        "off_register": "跳转到备案域名之外",
        "address_refused": "指向不允许访问的地址",
        "bad_url": "网址不可用",
        "script_challenge": "遇到脚本验证",
        "blocked": "访问被防护设备拦截",
        "rate_limited": "被要求降低访问频率",
        "not_found": "页面不存在(404)",
        "gone": "页面已删除(410)",
        "soft_404": "以正常状态返回的不存在页面",
        "client_error": "请求被拒(4xx)",
        "server_error": "服务器错误(5xx)",
        "robots": "robots.txt 不允许访问",
        "breaker_open": "连续超时, 暂停对该地址的访问",
        "page_limit": "超出本轮页面数量上限",
        "not_html": "不是网页",
        "parser_failed": "本方解析程序出错",
        "needs_script": "内容由脚本生成, 未渲染",
        "our_network": "本方网络故障",
        "not_archived": "回放资料中没有保存",
        "internal": "本方程序出错",
        # What stands between an account and whoever looks at it.
        "no_source": "没有登记信息源, 也没有报送发布记录",
        "not_a_feed": "信息源返回的是网页, 不是订阅源",
        "feed_unreadable": "订阅源内容无法识别",
        "empty_feed": "订阅源可读但没有任何条目",
        "no_dates": "信息源的条目都没有可识别的发布时间",
        "too_many_items": "订阅源条目数超出处理上限",
        "partial_list": "信息源只列出部分作品",
        "no_post_list": "信息源页面不列作品",
        "login_wall": "信息源要求登录后查看",
        "post_deleted": "信息源指向的单篇内容已被发布者删除",
        "post_violation": "信息源指向的单篇内容因违规无法查看",
        "post_unavailable": "信息源指向的单篇内容暂时无法查看",
        "account_migrated": "平台提示账号已迁移",
        "account_frozen": "平台提示账号已冻结或被封",
        "account_closed": "平台提示账号已注销",
        "unknown_notice": "平台返回未识别的提示页",
        "store_ambiguous": "应用商店返回多条记录",
        "store_unreadable": "应用商店的应答无法识别",
        "store_untrusted": "应用商店的证书不可信",
        # Seen, but without what would be needed to judge it.
        "undated": "没有可用的日期",
        "answer_unseen": "答复情况未能看清",
        "no_evidence": "没有留存证据",
    }
)

_SHOWN_REASONS = 4
_QUOTED = 40


def failure_name(kind: str) -> str:
    """The Chinese name of a failure kind; a kind that is not known is shown as it is."""
    return FAILURE_NAMES.get(kind, kind)


def clip(text: str, length: int = _QUOTED) -> str:
    """Words from outside on one line, without control characters, cut where they are long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def quote(text: str) -> str:
    """A title from outside, clipped, between 《》."""
    return f"《{clip(text)}》"


def why(gaps: Iterable[Gap]) -> str:
    """The reasons of gaps with their numbers, the commonest first: 连接超时 3 处, 不是网页 1 处."""
    counted = Counter(failure_name(gap.reason) for gap in dict.fromkeys(gaps))
    ranked = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = ", ".join(f"{name} {number} 处" for name, number in ranked[:_SHOWN_REASONS])
    return f"{shown} 等" if len(ranked) > _SHOWN_REASONS else shown
