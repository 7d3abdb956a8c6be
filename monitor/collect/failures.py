"""The typed list of what can go wrong while looking: each kind temporary or permanent, ours or theirs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """At whose door a failure may be laid; `UNCLEAR` is treated as ours in every judgement but availability."""

    OURS = "ours"
    THEIRS = "theirs"
    UNCLEAR = "unclear"


class Failure(StrEnum):
    """Every way in which a look can fail; the value is what the ledger stores."""

    NO_SUCH_NAME = "no_such_name"
    RESOLVER_FAILED = "resolver_failed"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    UNREACHABLE = "unreachable"
    TLS_TIMEOUT = "tls_timeout"
    TLS_HANDSHAKE = "tls_handshake"
    TLS_CERTIFICATE = "tls_certificate"
    RESET = "reset"
    FIRST_BYTE_TIMEOUT = "first_byte_timeout"
    BODY_TIMEOUT = "body_timeout"
    PROTOCOL_ERROR = "protocol_error"
    EMPTY_REPLY = "empty_reply"
    TRUNCATED = "truncated"
    HEADERS_TOO_LARGE = "headers_too_large"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REDIRECT_LOOP = "redirect_loop"
    OFF_REGISTER = "off_register"
    ADDRESS_REFUSED = "address_refused"
    BAD_URL = "bad_url"
    SCRIPT_CHALLENGE = "script_challenge"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    GONE = "gone"
    SOFT_404 = "soft_404"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    ROBOTS = "robots"
    BREAKER_OPEN = "breaker_open"
    PAGE_LIMIT = "page_limit"
    NOT_HTML = "not_html"
    PARSER_FAILED = "parser_failed"
    NEEDS_SCRIPT = "needs_script"
    OUR_NETWORK = "our_network"
    NOT_ARCHIVED = "not_archived"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class FailureKind:
    """What a failure means: its Chinese name, whether asking again may help, and whose it is."""

    failure: Failure
    says: str
    temporary: bool
    whose: Whose


_KINDS = (
    FailureKind(Failure.NO_SUCH_NAME, "域名不存在", False, Whose.THEIRS),
    FailureKind(Failure.RESOLVER_FAILED, "本方域名解析失败", True, Whose.OURS),
    FailureKind(Failure.CONNECT_REFUSED, "连接被拒绝", True, Whose.THEIRS),
    FailureKind(Failure.CONNECT_TIMEOUT, "连接超时", True, Whose.THEIRS),
    FailureKind(Failure.UNREACHABLE, "网络不可达", True, Whose.UNCLEAR),
    FailureKind(Failure.TLS_TIMEOUT, "安全连接握手超时", True, Whose.THEIRS),
    FailureKind(Failure.TLS_HANDSHAKE, "安全连接握手失败", False, Whose.UNCLEAR),
    FailureKind(Failure.TLS_CERTIFICATE, "证书不合规", False, Whose.THEIRS),
    FailureKind(Failure.RESET, "连接被重置", True, Whose.THEIRS),
    FailureKind(Failure.FIRST_BYTE_TIMEOUT, "等待应答超时", True, Whose.THEIRS),
    FailureKind(Failure.BODY_TIMEOUT, "接收正文超时", True, Whose.THEIRS),
    FailureKind(Failure.PROTOCOL_ERROR, "应答不合协议", False, Whose.THEIRS),
    FailureKind(Failure.EMPTY_REPLY, "空应答", True, Whose.THEIRS),
    FailureKind(Failure.TRUNCATED, "正文不完整", True, Whose.THEIRS),
    FailureKind(Failure.HEADERS_TOO_LARGE, "应答头过大", False, Whose.THEIRS),
    FailureKind(Failure.TOO_LARGE, "正文超出大小上限", False, Whose.OURS),
    FailureKind(Failure.BAD_ENCODING, "压缩编码无法还原", False, Whose.THEIRS),
    FailureKind(Failure.TOO_MANY_REDIRECTS, "跳转次数过多", False, Whose.THEIRS),
    FailureKind(Failure.REDIRECT_LOOP, "循环跳转", False, Whose.THEIRS),
    FailureKind(Failure.OFF_REGISTER, "跳转到备案域名之外", False, Whose.UNCLEAR),
    FailureKind(Failure.ADDRESS_REFUSED, "指向不允许访问的地址", False, Whose.UNCLEAR),
    FailureKind(Failure.BAD_URL, "网址不可用", False, Whose.UNCLEAR),
    FailureKind(Failure.SCRIPT_CHALLENGE, "遇到脚本验证", False, Whose.UNCLEAR),
    FailureKind(Failure.BLOCKED, "访问被防护设备拦截", False, Whose.UNCLEAR),
    FailureKind(Failure.RATE_LIMITED, "被要求降低访问频率", True, Whose.OURS),
    FailureKind(Failure.NOT_FOUND, "页面不存在(404)", False, Whose.THEIRS),
    FailureKind(Failure.GONE, "页面已删除(410)", False, Whose.THEIRS),
    FailureKind(Failure.SOFT_404, "以正常状态返回的不存在页面", False, Whose.THEIRS),
    FailureKind(Failure.CLIENT_ERROR, "请求被拒(4xx)", False, Whose.UNCLEAR),
    FailureKind(Failure.SERVER_ERROR, "服务器错误(5xx)", True, Whose.THEIRS),
    FailureKind(Failure.ROBOTS, "robots.txt 不允许访问", False, Whose.OURS),
    FailureKind(Failure.BREAKER_OPEN, "连续超时, 暂停对该地址的访问", True, Whose.OURS),
    FailureKind(Failure.PAGE_LIMIT, "超出本轮页面数量上限", False, Whose.OURS),
    FailureKind(Failure.NOT_HTML, "不是网页", False, Whose.UNCLEAR),
    FailureKind(Failure.PARSER_FAILED, "本方解析程序出错", False, Whose.OURS),
    FailureKind(Failure.NEEDS_SCRIPT, "内容由脚本生成, 未渲染", False, Whose.OURS),
    FailureKind(Failure.OUR_NETWORK, "本方网络故障", True, Whose.OURS),
    FailureKind(Failure.NOT_ARCHIVED, "回放资料中没有保存", False, Whose.OURS),
    FailureKind(Failure.INTERNAL, "本方程序出错", True, Whose.OURS),
)

KINDS: dict[Failure, FailureKind] = {kind.failure: kind for kind in _KINDS}
