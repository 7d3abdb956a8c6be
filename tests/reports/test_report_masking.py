"""People's numbers never reach paper whole; nothing outside our own words is taken for an instruction."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.masking import breakable, clean, defang, mask, outside, outside_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证150102199003071234。", "身份证1501************34。"),
        ("15010219900307123X", "1501************3X"),
        ("15010219900307123x号", "1501************3x号"),
        ("150102 19900307 1234", "1501** ******** **34"),
        ("150102900307123", "1501*********23"),
        ("手机13812345678", "手机138****5678"),
        ("138-1234-5678", "138-****-5678"),
        ("138 1234 5678", "138 **** 5678"),
        ("+86 13812345678", "+86 138****5678"),
        ("8613812345678", "86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("１５０１０２１９９００３０７１２３Ｘ", "１５０１************３Ｘ"),
        ("١٣٨١٢٣٤٥٦٧٨", "١٣٨****٥٦٧٨"),
        ("座机0471-4821390", "座机0471-****390"),
        ("(0471)4821390", "(0471)****390"),
        ("010-82345678", "010-*****678"),
        ("联系电话：4821390", "联系电话：****390"),
        ("传真: 48213901", "传真: *****901"),
    ],
)
def test_numbers_of_people_keep_only_their_ends(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1507830002",  # a site code
        "网站标识码1501000001",
        "蒙ICP备05001234号-1",
        "蒙公网安备15010202150234号",
        "2026年9月28日 09:05",
        "2026-09-28 09:05:00",
        "发布于20260928120000",
        "12813812345",  # eleven digits, no mobile prefix
        "1381234567",  # one digit short
        "138123456789",  # one digit long
        "150102199013071234",  # no thirteenth month
        "150102199002301234567",  # longer than an identity number
        "91150100MA0XXXXX1K",
        "热线12345",
    ],
)
def test_codes_and_dates_are_left_alone(text: str) -> None:
    assert mask(text) == text


def test_a_number_split_by_invisible_characters_is_found() -> None:
    assert outside("138\u200b1234\u200d5678") == "138****5678"
    assert outside("150102\u202e19900307\u20601234") == "1501************34"


@given(st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=12), st.integers(3, 9))
def test_no_mobile_number_survives(around: str, second: int) -> None:
    number = f"1{second}012345678"
    assert number not in outside(f"{around}{number}{around}", 200)


@given(st.text(max_size=400))
def test_what_is_printed_holds_nothing_invisible(text: str) -> None:
    shown = outside(text)
    assert shown == shown.strip()
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]",
        shown,
    )
    shown.encode()
    assert mask(shown) == shown or "略" in shown


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_mongolian_script_and_rare_characters_stay() -> None:
    text = "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ ᠪᠠ\u180e\u202fᠤ 𠮷野 é"
    assert clean(text) == text


def test_lone_surrogates_and_noncharacters_go() -> None:
    assert clean("甲\ud800乙\ufffe丙\U0001ffff丁\x00") == "甲乙丙丁"


def test_long_text_is_cut_and_says_so() -> None:
    shown = outside("长" * 100_000, 100)
    assert shown == "长" * 100 + "……（以下略，原文共100000字）"
    assert outside("长" * 100, 100) == "长" * 100
    assert outside("长" * 101, 100).startswith("长" * 100 + "……")


def test_a_number_at_the_cut_is_masked_before_the_cut() -> None:
    shown = outside("字" * 92 + "13812345678" + "尾" * 50, 100)
    assert shown.startswith("字" * 92 + "138****5")


def test_pathological_text_takes_no_time() -> None:
    for evil in ("1" * 100_000, "0471-" * 20_000, "电话" * 50_000, "a." * 50_000, "1 " * 50_000):
        mask(evil)
        defang(evil)


def test_harmful_links_are_blunted() -> None:
    assert defang("http://a.b/c") == "hxxp://a[.]b/c"
    assert defang("见HTTPS://Bad.example.com:8080/x?y=1") == "见HXXPS://Bad[.]example[.]com:8080/x?y=1"
    assert defang("跳转到 bad.example.com 页面") == "跳转到 bad[.]example[.]com 页面"
    assert outside_url("http://bad.example.com/a", harmful=True) == "hxxp://bad[.]example[.]com/a"
    assert defang("占8.16%，版本1.2.3，地址10.0.0.1") == "占8.16%，版本1.2.3，地址10[.]0[.]0[.]1"
    assert "http:" not in outside("http://x.yz http://x.yz", harmful=True)
    assert outside_url("http://good.example.gov.cn/a") == "http://good.example.gov.cn/a"


def test_addresses_lose_secrets_but_keep_their_page_numbers() -> None:
    page = "https://x.gov.cn/art/2026/9/28/art_1234_567890.html"
    assert outside_url(page) == page
    assert outside_url("https://x.gov.cn/t20260928_1381234.html") == "https://x.gov.cn/t20260928_1381234.html"
    assert outside_url("https://x.gov.cn/13812345678.html") == "https://x.gov.cn/138****5678.html"
    assert (
        outside_url("https://x.gov.cn/a?tel=13812345678&token=abc")
        == "https://x.gov.cn/a?tel=138****5678&token=***"
    )
    assert outside_url("https://x.gov.cn/150102199003071234") == "https://x.gov.cn/1501************34"
    assert outside_url("https://x.gov.cn/a\nb c") == "https://x.gov.cn/a%20b%20c"
    assert len(outside_url("https://x.gov.cn/" + "a" * 9000)) < 450


def test_break_points_change_no_letter() -> None:
    text = "短 " + "a" * 64 + " https://www.example.gov.cn/column/list.html"
    assert breakable(text).replace("\u200b", "") == text
    assert max(len(piece) for piece in re.split("[\u200b ]", breakable(text))) < 16
    assert "\u200b" in breakable("ᠮᠣᠩᠭᠣᠯ" * 4 + "%20abc")
    assert breakable("汉字" * 30) == "汉字" * 30
    assert breakable("W-V2 2026-09-28") == "W-V2 2026-09-28"
