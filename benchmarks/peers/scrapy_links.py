"""Scrapy as fast as it goes: walks the same sites, collects links and nothing else.

Run by the Python of an environment that has Scrapy, selectolax and uvloop (`benchmarks.peers.install`):

    python scrapy_links.py JOB.json

JOB.json holds `homes` (addresses to begin with), `seeds` (further addresses, those that only a site's scripts
lead to), `hosts_file` and `connections` (for each host). Prints one JSON line with the pages, links and
requests. Tuned as far as Scrapy's own settings and documented seams allow: lexbor instead of parsel, an own
set of raw addresses instead of the duplicate filter, HEAD for attachments, uvloop, no middleware that the
job does not need, no logging, no statistics, names out of memory instead of a resolver's thread.
"""

# mypy: disable-error-code="import-not-found, misc, untyped-decorator"
# Scrapy and what it brings are in an environment of their own, out of sight of the type checker.

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request, Response
from scrapy.resolver import HostResolution
from selectolax.lexbor import LexborHTMLParser
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

ATTACHMENT = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|jpe?g|png|gif|bmp|svg|ico|css|js|mp[34]|woff2?|txt|xml|apk)(?:[?#]|$)",
    re.IGNORECASE,
)
SETTINGS = {
    "CONCURRENT_REQUESTS": 512,
    "CONCURRENT_ITEMS": 512,
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 64_000_000,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOADER_STATS": False,
    "LOG_ENABLED": False,
    "LOG_FORMATTER": "scrapy.logformatter.LogFormatter",
    "STATS_DUMP": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "MEMUSAGE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "RETRY_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "REFERER_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "URLLENGTH_LIMIT": 0,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "EXTENSIONS": {
        "scrapy.extensions.corestats.CoreStats": None,
        "scrapy.extensions.logcount.LogCount": None,
        "scrapy.extensions.closespider.CloseSpider": None,
        "scrapy.extensions.feedexport.FeedExporter": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.spiderstate.SpiderState": None,
    },
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    },
}


def read_hosts(path: str) -> dict[tuple[str, bool], tuple[str, int]]:
    """(host, is https) -> (address, port), from the hosts file that both sides use."""
    known: dict[tuple[str, bool], tuple[str, int]] = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name, where = line.split()
        address, _, port = where.rpartition(":")
        if name.endswith(":443"):
            known[name[:-4], True] = (address, int(port))
        else:
            known[name, False] = (address, int(port))
    return known


@implementer(IHostnameResolver)
class HostsResolver:
    """Names out of the hosts file, with the port that is listed there."""

    known: ClassVar[dict[tuple[str, bool], tuple[str, int]]] = {}

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> HostsResolver:
        return cls(reactor)

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, hostName: str, portNumber: int = 0, *_: Any, **__: Any) -> Any:  # noqa: N802, N803
        receiver.resolutionBegan(HostResolution(hostName))
        found = self.known.get((hostName, portNumber == 443))
        if found is not None:
            receiver.addressResolved(IPv4Address("TCP", *found))
        receiver.resolutionComplete()
        return receiver


class Links(scrapy.Spider):
    """Follows every link of the filed hosts once, and HEADs the attachments."""

    name = "links"

    def __init__(self, job: dict[str, Any]) -> None:
        super().__init__()
        self.job = job
        self.hosts = {home.split("/")[2] for home in job["homes"]}
        self.raw: set[tuple[str, str]] = set()
        self.seen: set[str] = set()
        self.pages = self.links = self.asked = 0

    async def start(self) -> AsyncIterator[Request]:
        for url in [*self.job["homes"], *self.job["seeds"]]:
            if url not in self.seen:
                self.seen.add(url)
                self.asked += 1
                yield Request(url, self.parse, dont_filter=True)

    def parse(self, response: Response) -> Iterator[Request]:
        body = response.body
        if response.status != 200 or b"text/html" not in response.headers.get("Content-Type", b"text/html"):
            return
        self.pages += 1
        base = response.url
        folder = base.rpartition("/")[0]
        host = base.split("/", 3)[2]
        raw, seen, hosts = self.raw, self.seen, self.hosts
        anchors = LexborHTMLParser(body).css("a, area, iframe, frame")
        self.links += len(anchors)
        for node in anchors:
            attributes = node.attributes
            href = attributes.get("href") or attributes.get("src")
            if not href:
                continue
            # Absolute paths mean the same on every page of a host, others on every page of a folder.
            key = (host, href) if href[0] == "/" else (folder, href)
            if key in raw:
                continue
            raw.add(key)
            url = urljoin(base, href.strip()).partition("#")[0]
            if url in seen:
                continue
            seen.add(url)
            parts = url.split("/", 3)
            if len(parts) < 3 or parts[0] not in ("http:", "https:") or parts[2] not in hosts:
                continue
            self.asked += 1
            if ATTACHMENT.search(url):
                yield Request(url, self.leaf, method="HEAD", dont_filter=True)
            else:
                yield Request(url, self.parse, dont_filter=True)

    def leaf(self, response: Response) -> None:
        """That it answered is all there is to know."""


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    HostsResolver.known = read_hosts(job["hosts_file"])
    settings = SETTINGS | {
        "CONCURRENT_REQUESTS_PER_DOMAIN": job["connections"],
        "TWISTED_DNS_RESOLVER": HostsResolver,
        "DNS_RESOLVER": HostsResolver,
    }
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Links)
    process.crawl(crawler, job=job)
    process.start()
    spider = crawler.spider
    print(
        json.dumps(
            {
                "pages": spider.pages,
                "links": spider.links,
                "requests": spider.asked,
                "version": scrapy.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
