"""The saved pages as an archive: which site each belongs to, and under which address it lay there.

Addresses stand in the manifest, else they were read off the page itself (why, stands in `OWN_ADDRESSES`). Nothing
of the pages' text is kept here.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.collect.survey.places import identity

SHANGHAI = timezone(timedelta(hours=8))

OWN_ADDRESSES = {
    # the page's own Url tag
    "pages/cwced/3.html": "https://www.nmg.gov.cn/zwyw/jrgz/202202/t20220211_2004628.html",
    # the document's number (it stands in the names of its attachments) in the catalogue that the page links
    "pages/cwced/4.html": "http://xxgk.jl.gov.cn/szf/gkml/202201/t20220128_8389416.html",
    # the page's own url tag
    "pages/gne/1.html": "http://fgw.zj.gov.cn/art/2016/11/22/art_1621004_30332664.html",
    # the manifest calls it the home page of www.gov.cn; its links are https
    "pages/gov-cn-home/1.html": "https://www.gov.cn/",
    # what the saved home page's script opens for its first row
    "pages/handan/1.html": "http://hdzfxxgk.hd.gov.cn/seal/details?id=1",
    # the page's own navigation
    "pages/handan/2.html": "http://hdzfxxgk.hd.gov.cn/zfxxgkzn/",
    # the page's own breadcrumb
    "pages/handan/4.html": "http://hdzfxxgk.hd.gov.cn/zfwj/jinqixxgk/",
    # the navigation of the page names itself so
    "pages/wsjkw-sh/1.html": "https://wsjkw.sh.gov.cn/yqtb/index.html",
    # the row of the same title in the list of page 1
    "pages/wsjkw-sh/2.html": "https://wsjkw.sh.gov.cn/xwfb/20220426/d4d847dcf3f64fcab102cf5a65656891.html",
    # a template without addresses of its own: the host that other pages give for 武安, the files' numbers
    "pages/tpl-wuan/1.html": "http://www.wuan.gov.cn/",
    "pages/tpl-wuan/2.html": "http://www.wuan.gov.cn/list/2.html",
    "pages/tpl-wuan/3.html": "http://www.wuan.gov.cn/article/3.html",
    "pages/tpl-wuan/4.html": "http://www.wuan.gov.cn/list/4.html",
    "pages/tpl-wuan/5.html": "http://www.wuan.gov.cn/list/5.html",
    "pages/tpl-wuan/6.html": "http://www.wuan.gov.cn/article/6.html",
    "pages/tpl-wuan/7.html": "http://www.wuan.gov.cn/list/7.html",
    "pages/tpl-wuan/8.html": "http://www.wuan.gov.cn/list/8.html",
}
"""Where pages lay whose address the manifest does not tell."""


@dataclass(frozen=True, slots=True)
class SavedSite:
    """A site of which pages were saved: its filed home page, and the day after the newest of them.

    `newest` says how that day is known. `columns` are saved columns (address, name, type) that the home page
    does not lead to, because it was not saved: the register confirms them.
    """

    code: str
    name: str
    home: str
    kind: str
    as_of: datetime
    newest: str
    folders: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...] = ()


def _after(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=SHANGHAI) + timedelta(days=1)


SITES = (
    SavedSite(
        "1500000001", "内蒙古自治区政府门户网站", "https://www.nmg.gov.cn/", "门户网站",
        _after(2022, 2, 11), "PubDate", ("cwced/3.html",),
    ),
    SavedSite(
        "2200000019", "吉林省政府信息公开", "http://xxgk.jl.gov.cn/", "部门网站",
        _after(2022, 1, 28), "PubDate", ("cwced/4.html",),
    ),
    SavedSite(
        "3300000020", "浙江省发展和改革委员会", "http://fgw.zj.gov.cn/", "部门网站",
        _after(2016, 11, 22), "PubDate", ("gne/",),
    ),
    SavedSite(
        "bm01000001", "中国政府网", "https://www.gov.cn/", "门户网站",
        _after(2023, 9, 27), "页面生成时间", ("gov-cn-home/", "gov-cn-policy/"),
    ),
    SavedSite(
        "1304000009", "邯郸市政府信息公开", "http://hdzfxxgk.hd.gov.cn/", "部门网站",
        _after(2020, 8, 5), "newest row of a saved list", ("handan/",),
    ),
    SavedSite(
        "bm36000001", "国家统计局", "http://www.stats.gov.cn/", "部门网站",
        _after(2019, 12, 31), "newest edition that a page names", ("stats-gov-cn/",),
        (("http://www.stats.gov.cn/tjsj/tjbz/tjyqhdmhcxhfdm/2018/index.html", "统计用区划代码", "数据发布"),),
    ),
    SavedSite(
        "3609220011", "万载县人民政府", "http://www.wanzai.gov.cn/", "门户网站",
        _after(2023, 10, 31), "manifest: saved 2023-10", ("jiangxi/",),
    ),
    SavedSite(
        "3100000010", "上海市卫生健康委员会", "https://wsjkw.sh.gov.cn/", "部门网站",
        _after(2022, 4, 27), "newest row of a saved list", ("wsjkw-sh/",),
        (("https://wsjkw.sh.gov.cn/yqtb/index.html", "疫情通报", "动态要闻"),),
    ),
    SavedSite(
        "1304000000", "武安市人民政府 (模板)", "http://www.wuan.gov.cn/", "门户网站",
        _after(2019, 1, 3), "newest date of an article", ("tpl-wuan/",),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One saved page: its file, its address, its bytes and how it declares itself."""

    file: str
    url: str
    body: bytes = field(repr=False)
    sha256: str = ""


def root() -> Path:
    """The folder of real material; the test is skipped where it is absent."""
    given = os.environ.get("MONITOR_REAL_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"real material is not here ({folder}); set MONITOR_REAL_DATA")
    return folder.resolve()


@lru_cache(maxsize=1)
def manifest(folder: Path) -> tuple[dict[str, str], ...]:
    """The rows of the manifest."""
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


def pages_of(site: SavedSite) -> dict[str, SavedPage]:
    """The saved pages of a site by the identity of their address."""
    folder = root()
    found: dict[str, SavedPage] = {}
    for row in manifest(folder):
        name = row["file"].removeprefix("pages/")
        if not name.startswith(site.folders):
            continue
        url = OWN_ADDRESSES.get(row["file"]) or row["url"]
        body = (folder / row["file"]).read_bytes()
        found[identity(url)] = SavedPage(row["file"], url, body, sha256(body).hexdigest())
    return found


@lru_cache(maxsize=1)
def all_pages() -> dict[str, SavedPage]:
    """The saved pages of all sites together, as one archive."""
    return {known: page for site in SITES for known, page in pages_of(site).items()}
