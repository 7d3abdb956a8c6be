"""The folder: the same bytes from the same seed, sheets in several languages and encodings, feeds that can be read."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from monitor.rehearsal.__main__ import main
from monitor.rehearsal.build import build_estate
from monitor.rehearsal.days import SHANGHAI
from monitor.rehearsal.files import HEADINGS, STYLES
from monitor.rehearsal.plan import EstatePlan
from monitor.rehearsal.register import credit_code
from monitor.rehearsal.web.feeds import feed_answer, page_answer, store_answer
from monitor.rehearsal.web.site import SitePages
from tests.rehearsal.conftest import AS_OF


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        build_estate(tmp_path / name, 40, 150, seed, AS_OF, port=15000)
    assert everything(tmp_path / "a") == everything(tmp_path / "b")
    assert everything(tmp_path / "a")["truth.jsonl"] != everything(tmp_path / "c")["truth.jsonl"]


def test_only_the_port_depends_on_the_folder(tmp_path: Path) -> None:
    first, second = (build_estate(tmp_path / name, 12, 30, 7, AS_OF) for name in ("a", "b"))
    assert first.pages == second.pages
    one, two = everything(tmp_path / "a"), everything(tmp_path / "b")
    assert {name for name in one if one[name] != two[name]} <= {"hosts.txt"}
    assert [line.split(b":")[-2].split(b" ")[-1] for line in one["hosts.txt"].split()[1::2]] == [
        line.split(b":")[-2].split(b" ")[-1] for line in two["hosts.txt"].split()[1::2]
    ]


def test_pages_are_the_same_bytes_in_another_process_order(small_plan: EstatePlan) -> None:
    for site in small_plan.sites[::9]:
        first, second = (SitePages(site, AS_OF.date(), small_plan.service_host) for _ in range(2))
        for target in sorted(first.index)[:30]:
            assert first.render(target, first.index[target]) == second.render(target, second.index[target])


def read_sheet(folder: Path, name: str) -> list[dict[str, str]]:
    language, encoding = STYLES[name]
    text = (folder / f"{name}.csv").read_bytes().decode(encoding)
    names = {heading[language]: heading[0] for heading in HEADINGS[name]}
    return [{names[key]: value for key, value in row.items()} for row in csv.DictReader(io.StringIO(text))]


def test_sheets_hold_the_plan(small_folder: Path, small_plan: EstatePlan) -> None:
    units = {row["unit_id"] for row in read_sheet(small_folder, "units")}
    sites = read_sheet(small_folder, "sites")
    accounts = read_sheet(small_folder, "accounts")
    assert len(sites) == len(small_plan.sites)
    assert len(accounts) == len(small_plan.accounts)
    assert {row["unit_id"] for row in (*sites, *accounts)} <= units
    assert {row["site_kind"] for row in sites} == {"门户网站", "部门网站"}
    codes = {row["site_code"] for row in sites}
    columns = read_sheet(small_folder, "columns")
    assert columns
    assert {row["site_code"] for row in columns} < codes
    assert {row["must_update"] for row in columns} == {"是", "否"}
    handed = {account.account_id for account in small_plan.accounts if "handed" in account.source}
    assert {row["account_id"] for row in read_sheet(small_folder, "posts")} == handed
    assert {row["target"] for row in read_sheet(small_folder, "inclusions")} <= codes | {
        row["account_id"] for row in accounts
    }
    outages = {row["target"] for row in read_sheet(small_folder, "outages")}
    assert outages == {site.code for site in small_plan.sites if site.behaviour.announced}


def test_encodings_and_headings_are_mixed() -> None:
    assert {language for language, _ in STYLES.values()} == {0, 1}
    assert {encoding for _, encoding in STYLES.values()} == {"utf-8", "utf-8-sig", "gb18030"}


@pytest.mark.parametrize("serial", [10_000_007, 10_000_014, 12_345_678, 99_999_999])
def test_credit_codes_carry_their_check_characters(serial: int) -> None:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = credit_code("150100", serial)
    assert len(code) == 18
    assert (
        sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17])) % 31
        == (31 - signs.index(code[17])) % 31
    )


def shown_days(account_form: str, body: bytes) -> list[datetime]:
    if account_form == "json":
        return [datetime.fromisoformat(item["date_published"]) for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body)
    return [datetime(*entry.published_parsed[:6], tzinfo=SHANGHAI) + timedelta(hours=8)
            if entry.get("published_parsed") else datetime(*entry.updated_parsed[:6], tzinfo=SHANGHAI) + timedelta(hours=8)
            for entry in parsed.entries]  # fmt: skip


def test_feeds_say_what_the_plan_says(small_plan: EstatePlan) -> None:
    forms = set()
    for account in small_plan.accounts:
        if account.source != "feed" or account.answer != "ok":
            continue
        status, _, body = feed_answer(account)
        assert status == 200
        forms.add(account.form)
        days = shown_days(account.form, body)
        assert [moment.date() for moment in days] == [
            post.published.astimezone(SHANGHAI).date() for post in account.posts
        ]
    assert forms == {"rss", "rss-gbk", "atom", "json", "rss-dc"}


def test_undated_feeds_have_no_date(full_plan: EstatePlan) -> None:
    undated = [account for account in full_plan.accounts if account.answer == "undated"]
    assert len(undated) == 8
    for account in undated:
        body = feed_answer(account)[2]
        assert b"pubDate" not in body
        assert b"published" not in body
        assert b"dc:date>" not in body


def test_store_and_article_answers(full_plan: EstatePlan) -> None:
    for account in full_plan.accounts:
        if account.case == "app_gone":
            assert json.loads(store_answer(account)[2])["resultCount"] == 0
        if account.case == "app_fresh":
            assert json.loads(store_answer(account)[2])["results"][0]["sellerName"] == account.unit.name
        if account.case == "store_error":
            assert store_answer(account)[0] == 503
        if account.case == "page_deleted":
            assert (page_answer(account)[0], "已被发布者删除" in page_answer(account)[2].decode()) == (
                200,
                True,
            )
        if account.case == "page_fresh":
            assert (
                f'var ct = "{int(account.posts[0].published.timestamp())}"'
                in page_answer(account)[2].decode()
            )


def test_command_line_builds_and_complains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moment = "2026-09-28T09:00:00+08:00"
    assert main(["build", str(tmp_path / "x"), "--sites", "5", "--accounts", "20", "--as-of", moment]) == 0
    assert json.loads(capsys.readouterr().out)["sites"] == 5
    assert main(["build", str(tmp_path / "y"), "--sites", "2", "--accounts", "20", "--as-of", moment]) == 2
    assert "网站数量" in capsys.readouterr().err
    assert main(["serve", str(tmp_path / "z")]) == 2
    assert "请先" in capsys.readouterr().err
