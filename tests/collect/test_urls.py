"""Addresses as sites write them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.collect.urls import HrefCache, canonical, in_filed_domain, join, same_site

BASE = "http://www.a.gov.cn/zw/list/index.html?x=1"


@pytest.mark.parametrize(
    ("href", "means"),
    [
        ("./t1.html", "http://www.a.gov.cn/zw/list/t1.html"),
        ("../a b.html", "http://www.a.gov.cn/zw/a%20b.html"),
        ("\\\\b.gov.cn\\x\\y.html", "http://b.gov.cn/x/y.html"),
        ("//b.gov.cn/x", "http://b.gov.cn/x"),
        (" /x\n/y\u3000", "http://www.a.gov.cn/x/y"),
        ("http:\\\\c.gov.cn/", "http://c.gov.cn/"),
        ("http:foo.html", "http://www.a.gov.cn/zw/list/foo.html"),
        ("https:d.gov.cn/x", "https://d.gov.cn/x"),
        ("http:///d.gov.cn/x", "http://d.gov.cn/x"),
        ("?p=2", "http://www.a.gov.cn/zw/list/index.html?p=2"),
        ("/中文.html?q=中文", "http://www.a.gov.cn/%E4%B8%AD%E6%96%87.html?q=%D6%D0%CE%C4"),
        ("HTTP://A.Gov.CN:80#top", "http://a.gov.cn/"),
        ("https://a.gov.cn:443/", "https://a.gov.cn/"),
        ("http://a.gov.cn:443/", "http://a.gov.cn:443/"),
        ("http://a.gov.cn/%7Ea/%e4?b=%2f", "http://a.gov.cn/~a/%E4?b=%2F"),
        ("../../../../x", "http://www.a.gov.cn/x"),
        ("a%zz", "http://www.a.gov.cn/zw/list/a%25zz"),
        ("/x;jsessionid=ABC?y", "http://www.a.gov.cn/x?y"),
        ("/a/./b/../c/.", "http://www.a.gov.cn/a/c/"),
        ("x?u=http:\\\\b", "http://www.a.gov.cn/zw/list/x?u=http:%5C%5Cb"),
        ("#a", None), ("", None), ("   ", None), ("javascript:void(0)", None), ("JaVaScRiPt:x()", None),
        ("mailto:a@b.cn", None), ("tel:12345", None), ("data:text/html,x", None), ("http://", None),
        ("java\nscript:x", None), ("http://a.gov.cn:99999/", None), ("http://[::1/", None),
    ],
)  # fmt: skip
def test_join(href: str, means: str | None) -> None:
    assert join(BASE, href, "gb18030") == means


@given(st.text(max_size=60))
@example("http://\x00/")
@example("//[")
def test_joining_never_fails_and_what_comes_out_is_canonical(href: str) -> None:
    joined = join(BASE, href)
    if joined is not None:
        assert joined.startswith(("http://", "https://"))
        assert joined.isascii()
        assert not any(character in joined for character in " \r\n\t\x00#")
        assert canonical(joined) == joined


@given(
    st.lists(st.sampled_from(["a.html", "/b", "//c.cn/d", "?q=1", "../e", "http://f.cn", "\\g"]), max_size=20)
)
def test_the_cache_says_what_join_says(hrefs: list[str]) -> None:
    cache = HrefCache(limit=5)
    for base in (BASE, "https://www.a.gov.cn/zw/other.html", "https://x.cn/"):
        for href in hrefs:
            assert cache.resolve(base, href) == join(base, href)


@pytest.mark.parametrize(
    ("url", "filed", "inside"),
    [
        ("http://a.gov.cn/", "http://www.a.gov.cn/", True),
        ("https://www.a.gov.cn:8443/x", "http://a.gov.cn/", True),
        ("http://mgl.a.gov.cn/", "http://www.a.gov.cn/", True),
        ("http://jyj.a.gov.cn/", "http://www.a.gov.cn/", True),
        ("http://www.a.gov.cn/", "http://jyj.a.gov.cn/", False),
        ("http://xa.gov.cn/", "http://a.gov.cn/", False),
        ("http://a.gov.cn.evil.com/", "http://a.gov.cn/", False),
        ("http://other.gov.cn/", "http://www.gov.cn/", False),
        ("http://other.nm.cn/", "http://www.nm.cn/", False),
        ("http://1.2.3.4/", "http://1.2.3.4:8080/", True),
        ("http://a.1.2.3.4/", "http://1.2.3.4/", False),
        ("nonsense", "http://a.gov.cn/", False),
    ],
)
def test_what_lies_inside_the_filed_domain(url: str, filed: str, inside: bool) -> None:
    assert in_filed_domain(url, filed) is inside


def test_a_crawl_walks_through_the_filed_host_alone() -> None:
    assert same_site("https://a.gov.cn/x", "http://www.a.gov.cn/")
    assert not same_site("http://jyj.a.gov.cn/", "http://www.a.gov.cn/")
