"""The footer values that a careful reader found, found again; and none on pages that have none."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

from reading import real_data

from monitor.collect.extract.dates import read_day
from monitor.collect.extract.page import PageFacts
from monitor.collect.extract.read import read_page

FIELDS = ("site_code", "icp", "police", "sponsor", "operator")
# What stands visibly in these pages' other footers, though the gold names one: sponsors differ between the
# desktop and the phone footer of one page.
ALSO_THERE = {("pages/cwced/3.html", "sponsor"): 1, ("pages/cwced/3.html", "operator"): 1}


@dataclass
class Count:
    n: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def shown(facts: PageFacts, name: str) -> list[str]:
    return [("malformed: " if one.malformed else "") + one.value for one in facts.footer if one.field == name]


def test_every_value_is_found_and_none_invented() -> None:
    folder = real_data()
    with (folder / "footers_gold.csv").open(encoding="utf-8") as file:
        gold = list(csv.DictReader(file))
    counts = {name: Count() for name in (*FIELDS, "pub_date")}
    for row in gold:
        facts = read_page((folder / row["file"]).read_bytes(), "http://www.example.gov.cn/a/b.html")
        for name in FIELDS:
            count, wanted, got = counts[name], row[name], shown(facts, name)
            count.n += bool(wanted)
            if wanted:
                count.found += wanted in got
                if wanted not in got:
                    count.missed.append(f"{row['file']}: {wanted} not in {got}")
            others = [value for value in got if value != wanted]
            if len(others) > ALSO_THERE.get((row["file"], name), 0):
                count.wrong.append(f"{row['file']}: {others}")
        tagged = [value for name, value in facts.tags if name.lower() == "pubdate" and value]
        count, wanted = counts["pub_date"], row["pub_date"]
        count.n += bool(wanted)
        count.found += bool(wanted) and wanted in tagged
        if wanted and (wanted not in tagged or read_day(wanted) not in [one.day for one in facts.dates]):
            count.missed.append(f"{row['file']}: {wanted} not in {tagged}")
        if tagged and not wanted:
            count.wrong.append(f"{row['file']}: {tagged}")
    print(f"\n{'field':10} {'n':>3} {'found':>5} {'missed':>6} {'wrong':>5}")
    for name, count in counts.items():
        print(f"{name:10} {count.n:3} {count.found:5} {len(count.missed):6} {len(count.wrong):5}")
    assert not [line for count in counts.values() for line in (*count.missed, *count.wrong)]
    assert sum(count.n for count in counts.values()) >= 60


def test_no_other_page_gets_values() -> None:
    folder = real_data()
    with (folder / "footers_gold.csv").open(encoding="utf-8") as file:
        listed = {row["file"] for row in csv.DictReader(file)}
    invented = []
    read = 0
    for path in sorted((folder / "pages").glob("*/*.html")):
        name = path.relative_to(folder).as_posix()
        if (
            name in listed or "wechat" in name or "weibo" in name
        ):  # companies' pages have footers of their own
            continue
        read += 1
        facts = read_page(path.read_bytes(), "http://www.example.gov.cn/a/b.html")
        invented.extend(f"{name}: {one}" for one in facts.footer)
    assert read >= 35
    assert invented == []


def test_every_real_page_reads_without_suspects_or_false_verdicts() -> None:
    folder = real_data()
    for path in sorted((folder / "pages").glob("*/*.*")):
        facts = read_page(path.read_bytes(), "http://www.example.gov.cn/a/b.html")
        name = path.relative_to(folder).as_posix()
        assert not facts.suspects, (name, facts.suspects)
        if "wechat" not in name and name != "pages/stats-gov-cn/17.html":
            assert facts.challenge is None, name
            assert not facts.not_found_text, name
            assert facts.charset_faults == 0 or "feeds" in name, name


def test_dates_of_real_articles() -> None:
    """Days that a reader sees under the title (or, where there are none, in the tag)."""
    folder = real_data()
    wanted = {
        "cwced/3": "2022-02-11",
        "cwced/4": "2022-01-28",
        "gne/1": "2016-11-22",
        "handan/1": "2020-08-02",
        "jiangxi/1": "2017-05-15",
        "wsjkw-sh/2": "2022-04-26",
        "gov-cn-policy/1": "2018-12-29",
        "gov-cn-policy/5": "2018-12-24",
        "tpl-wuan/3": "2019-01-03",
    }
    got = {}
    for name in wanted:
        facts = read_page(
            (folder / "pages" / f"{name}.html").read_bytes(), "http://www.example.gov.cn/a/b.html"
        )
        got[name] = str(facts.published.day) if facts.published else None
    assert got == wanted
