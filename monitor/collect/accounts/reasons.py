"""Why nothing was learned from an account's source, beside the collector's own list of failures.

Every one of these is *ours* in a verdict: a platform, a bridge or our own reader stands between the unit and
us, so nothing here may ever be laid at the unit's door.
"""

from __future__ import annotations

from enum import StrEnum

from checks.facts import Gap
from monitor.collect.failures import KINDS, Failure


class AccountGap(StrEnum):
    """Kinds of not-seeing that only accounts know; the value stands in `Gap.reason`."""

    NO_SOURCE = "no_source"
    NOT_A_FEED = "not_a_feed"
    FEED_UNREADABLE = "feed_unreadable"
    EMPTY_FEED = "empty_feed"
    NO_DATES = "no_dates"
    TOO_MANY_ITEMS = "too_many_items"
    PARTIAL_LIST = "partial_list"
    NO_POST_LIST = "no_post_list"
    LOGIN_WALL = "login_wall"
    POST_DELETED = "post_deleted"
    POST_VIOLATION = "post_violation"
    POST_UNAVAILABLE = "post_unavailable"
    ACCOUNT_MIGRATED = "account_migrated"
    ACCOUNT_FROZEN = "account_frozen"
    ACCOUNT_CLOSED = "account_closed"
    UNKNOWN_NOTICE = "unknown_notice"
    STORE_AMBIGUOUS = "store_ambiguous"
    STORE_UNREADABLE = "store_unreadable"
    STORE_UNTRUSTED = "store_untrusted"


SAYS: dict[AccountGap, str] = {
    AccountGap.NO_SOURCE: "没有登记信息源, 也没有报送发布记录",
    AccountGap.NOT_A_FEED: "信息源返回的是网页, 不是订阅源",
    AccountGap.FEED_UNREADABLE: "订阅源内容无法识别",
    AccountGap.EMPTY_FEED: "订阅源可读但没有任何条目, 不能据此认定没有更新",
    AccountGap.NO_DATES: "信息源的条目都没有可识别的发布时间",
    AccountGap.TOO_MANY_ITEMS: "订阅源条目数超出处理上限",
    AccountGap.PARTIAL_LIST: "信息源只列出部分作品, 不能据此认定没有更新",
    AccountGap.NO_POST_LIST: "信息源页面不列作品",
    AccountGap.LOGIN_WALL: "信息源要求登录后查看",
    AccountGap.POST_DELETED: "信息源指向的单篇内容已被发布者删除",
    AccountGap.POST_VIOLATION: "信息源指向的单篇内容因违规无法查看",
    AccountGap.POST_UNAVAILABLE: "信息源指向的单篇内容暂时无法查看",
    AccountGap.ACCOUNT_MIGRATED: "平台提示账号已迁移",
    AccountGap.ACCOUNT_FROZEN: "平台提示账号已冻结或被封",
    AccountGap.ACCOUNT_CLOSED: "平台提示账号已注销",
    AccountGap.UNKNOWN_NOTICE: "平台返回未识别的提示页",
    AccountGap.STORE_AMBIGUOUS: "应用商店返回多条记录, 无法确定对应哪一款应用",
    AccountGap.STORE_UNREADABLE: "应用商店的应答无法识别",
    AccountGap.STORE_UNTRUSTED: "应用商店的证书不可信, 不采信其“未找到”",
}

Reason = AccountGap | Failure


class Unreadable(Exception):
    """A source answered, but nothing can be learned from the answer; `reason` becomes the gap's reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{says(reason)}: {detail}" if detail else says(reason))
        self.reason: Reason = reason
        self.detail = detail


def says(reason: Reason) -> str:
    """The Chinese words of a reason, for people."""
    return SAYS[reason] if isinstance(reason, AccountGap) else KINDS[reason].says


def gap(what: str, reason: Reason, url: str | None = None) -> Gap:
    """A gap that is never the unit's fault; `what` names the thing that could not be seen."""
    return Gap(what=what, reason=reason.value, ours=True, url=url)
