"""What accounts are seen through: feeds in several forms, the store's answer, saved-looking article pages."""

from __future__ import annotations

import json
from datetime import UTC
from email.utils import format_datetime
from xml.sax.saxutils import escape

from monitor.rehearsal.plan import AccountPlan, PostPlan

SPAM_TITLE = "【彩金大放送】真人百家乐娱乐城开户送188"
CAMPAIGN_TITLE = "全民反诈提醒：警惕“娱乐城”“时时彩”等网络赌博陷阱"


def title_of(account: AccountPlan, post: PostPlan) -> str:
    """The title that a post shows."""
    newest = post is account.posts[0]
    if newest and account.spam:
        return SPAM_TITLE
    return CAMPAIGN_TITLE if newest and account.campaign else post.title


def post_url(account: AccountPlan, post: PostPlan) -> str:
    return f"http://{account.source_url.split('/')[2]}/p/{account.account_id}/{post.number}.html"


def _rss(account: AccountPlan, dated: bool, dublin: bool, encoding: str) -> bytes:
    items = []
    for post in account.posts:
        moment = post.published if account.index % 2 else post.published.astimezone(UTC)
        stamp = (
            f"<dc:date>{moment.isoformat()}</dc:date>"
            if dublin
            else f"<pubDate>{format_datetime(moment)}</pubDate>"
        )
        link = escape(post_url(account, post))
        title = escape(title_of(account, post))
        items.append(f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>{stamp if dated else ''}"
                     f"<description><![CDATA[<p>{title}</p>]]></description></item>")  # fmt: skip
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(account.name)}</title><link>{escape(account.source_url)}</link><description>{escape(account.unit.name)}"
        f"</description>{''.join(items)}</channel></rss>"
    )
    return text.encode("gb18030" if encoding == "gb2312" else encoding, "replace")


def _atom(account: AccountPlan, dated: bool) -> bytes:
    entries = []
    for post in account.posts:
        stamp = (
            post.published.isoformat()
            if account.index % 2
            else post.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        dates = f"<published>{stamp}</published><updated>{stamp}</updated>" if dated else ""
        entries.append(f'<entry><title>{escape(title_of(account, post))}</title><id>{post_url(account, post)}</id>'
                       f'<link href="{post_url(account, post)}"/>{dates}</entry>')  # fmt: skip
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(account.name)}</title>'
        f"<id>{account.source_url}</id>{''.join(entries)}</feed>"
    )
    return text.encode()


def _json_feed(account: AccountPlan, dated: bool) -> bytes:
    items = []
    for post in account.posts:
        item = {"id": post_url(account, post), "url": post_url(account, post), "title": title_of(account, post),
                "content_text": title_of(account, post)}  # fmt: skip
        if dated:
            item["date_published"] = post.published.isoformat()
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": account.name,
        "home_page_url": account.source_url,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def feed_answer(account: AccountPlan) -> tuple[int, str, bytes]:
    """Status, content type and body of an account's feed."""
    if account.answer in ("404", "503", "403"):
        return int(account.answer), "text/html", b"<html><body><h1>Error</h1></body></html>"
    if account.answer == "broken":
        return 200, "text/html;charset=utf-8", "<html><body>系统升级维护中，请稍后访问</body></html>".encode()
    dated = account.answer != "undated"
    if account.form == "atom":
        return 200, "application/atom+xml", _atom(account, dated)
    if account.form == "json":
        return 200, "application/feed+json", _json_feed(account, dated)
    if account.form == "rss-gbk":
        return 200, "text/xml", _rss(account, dated, False, "gb2312")
    return 200, "application/rss+xml", _rss(account, dated, account.form == "rss-dc", "utf-8")


def store_answer(account: AccountPlan | None) -> tuple[int, str, bytes]:
    """The store's public look-up answer."""
    if account is not None and account.answer == "503":
        return 503, "text/html", b"unavailable"
    results = []
    if account is not None and account.answer == "ok":
        results.append({
            "trackId": int(account.handle), "trackName": account.name, "sellerName": account.unit.name, "version": "2.3.1",
            "currentVersionReleaseDate": "2025-11-20T08:12:44Z", "releaseDate": "2021-03-01T08:00:00Z", "kind": "software",
        })  # fmt: skip
    return (
        200,
        "text/javascript; charset=utf-8",
        json.dumps({"resultCount": len(results), "results": results}, ensure_ascii=False).encode(),
    )


_NOTICE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body class="zh_CN"><div class="weui-msg"><div '
    'class="weui-msg__text-area"><h2 class="weui-msg__title">{text}</h2></div></div></body></html>'
)


def page_answer(account: AccountPlan) -> tuple[int, str, bytes]:
    """An article page of the biggest platform, living or gone; always answered with 200."""
    if account.answer == "deleted":
        text = _NOTICE.format(text="该内容已被发布者删除")
    elif account.answer == "violation":
        text = (
            _NOTICE.format(text="此内容因违规无法查看")
            + "<!-- 由用户投诉并经平台审核，涉嫌违反相关法律法规和政策 -->"
        )
    elif account.answer == "unavailable":
        text = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>该内容暂时无法查看</title></head><body>该内容暂时无法查看</body></html>'
    else:
        text = _living(account)
    return 200, "text/html; charset=UTF-8", text.encode()


def _living(account: AccountPlan) -> str:
    post = account.posts[0]
    seconds = int(post.published.timestamp())
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="{post.title}"><title></title></head><body>'
        f'<h1 class="rich_media_title" id="activity-name">{post.title}</h1><a id="js_name">{account.name}</a><em id="publish_time"></em>'
        f'<div class="rich_media_content" id="js_content" style="visibility: hidden;"><p>{post.title}</p></div><script>var ct = "{seconds}";'
        f'var createTime = "{post.published:%Y-%m-%d %H:%M}";var user_name = "{account.handle}";var svr_time = "{seconds + 90000}";</script></body></html>'
    )
