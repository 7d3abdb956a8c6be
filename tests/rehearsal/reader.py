"""A stranger who reads the served estate with an ordinary client and an ordinary parser."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import httpx
from bs4 import BeautifulSoup

from monitor.rehearsal.plan import SitePlan

DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
AGENT = "rehearsal-test/1 (+https://office.example/contact)"


def soup_of(text: str) -> BeautifulSoup:
    """A parsed page, without the filler that every page carries."""
    return BeautifulSoup(re.sub(r'<style type="text/css">.*?</style>', "", text, flags=re.S), "lxml")


class Reader:
    """Fetches pages of the estate by their real names through the hosts file."""

    def __init__(self, folder: Path) -> None:
        self.ports: dict[str, str] = {}
        for line in filter(None, (folder / "hosts.txt").read_text("utf-8").split("\n")):
            name, where = line.split(" ")
            self.ports[name] = where
        self.client = httpx.Client(verify=False, timeout=20, headers={"User-Agent": AGENT})

    def get(self, url: str, method: str = "GET", follow: bool = True, **more: object) -> httpx.Response:
        """One exchange; redirects to other addresses of the estate are followed by hand."""
        for _ in range(6):
            parts = httpx.URL(url)
            where = self.ports[parts.host if parts.scheme == "http" else f"{parts.host}:443"]
            extensions = {"sni_hostname": parts.host}
            target = f"{parts.scheme}://{where}{parts.raw_path.decode()}"
            headers = {"Host": parts.host} | dict(more.get("headers", {}))  # type: ignore[call-overload]
            answer = self.client.request(
                method, target, headers=headers, content=more.get("content"), extensions=extensions
            )  # type: ignore[arg-type]
            if answer.status_code not in (301, 302) or not follow:
                return answer
            url = str(parts.join(answer.headers["location"]))
        raise AssertionError(f"too many redirects: {url}")

    def page(self, site: SitePlan, path: str) -> BeautifulSoup:
        answer = self.get(f"{site.scheme}://{site.host}{path}")
        assert answer.status_code == 200, (site.host, path, answer.status_code)
        return soup_of(answer.content.decode(site.behaviour.charset))


def days_in(text: str) -> list[date]:
    return [date(int(year), int(month), int(day)) for year, month, day in DATE.findall(text)]


def records_of(soup: BeautifulSoup) -> str:
    """The records of data stores that stand in scripts, as HTML."""
    pieces = [piece for script in soup.find_all("script", type="text/xml")
              for piece in re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", script.string or "", re.S)]  # fmt: skip
    return "".join(pieces)


def piece_of(reader: Reader, site: SitePlan, soup: BeautifulSoup) -> str:
    """What a declared data address of a list returns, as HTML; empty where none is declared."""
    unit = soup.find("script", attrs={"querydata": True})
    if unit is not None:
        query = dict(re.findall(r"'(\w+)':'([^']*)'", unit["querydata"]))
        query["paramJson"] = json.dumps({"pageNo": 1, "pageSize": 50})
        url = httpx.URL(f"{site.scheme}://{site.host}{unit['url']}", params=query)
        return str(reader.get(str(url)).json()["data"]["html"])
    found = re.search(r'url:"(/common/search/[0-9a-f]{32})"', str(soup))
    if found:
        url = f"{site.scheme}://{site.host}{found[1]}?_isAgg=true&_isJson=true&_pageSize=50&_template=index&page=1"
        results = reader.get(url).json()["data"]["results"]
        return "".join(
            f"<li><a href='{row['url']}'>{row['title']}</a>{row.get('publishedTimeStr', '')}</li>"
            for row in results
        )
    return ""


def main_of(soup: BeautifulSoup) -> BeautifulSoup:
    """The main block without the sidebar."""
    main = soup.find(id="main")
    assert main is not None
    for side in main.find_all(class_="side"):
        side.decompose()
    return BeautifulSoup(str(main), "lxml")
