"""Footer values in the forms in which sites write them."""

from __future__ import annotations

import pytest
from reading import page

from monitor.collect.extract.footer import fields_of_text
from monitor.collect.extract.scripts import read_script

CASES = [
    ("政府网站标识码：1500000001", "site_code", "1500000001", False),
    ("网站标识码 1304000009", "site_code", "1304000009", False),
    ("网站标识码bm01000001", "site_code", "bm01000001", False),
    ("网站标识码：BM01000001", "site_code", "bm01000001", False),
    ("网站标识码：１５０００００００１", "site_code", "1500000001", False),
    ("网站标识码：150000001", "site_code", "150000001", True),
    ("网站标识码：15000000011", "site_code", "15000000011", True),
    ("蒙ICP备05000248号", "icp", "蒙ICP备05000248号", False),
    ("蒙ICP备 05006530", "icp", "蒙ICP备05006530号", False),
    ("备案序号：浙ICP备14041274-1号", "icp", "浙ICP备14041274号-1", False),
    ("备案号：蒙ICP备2021003456号-2", "icp", "蒙ICP备2021003456号-2", False),
    ("桂ICP备 060015170号", "icp", "桂ICP备060015170号", True),
    ("冀ICP备:10000000号", "icp", "冀ICP备:10000000号", True),
    ("ICP备05000248号", "icp", "ICP备05000248号", True),
    ("蒙公网安备 15010502000333号", "police", "15010502000333", False),
    ("蒙公网安备15010502000333", "police", "15010502000333", False),
    ("公安机关备案号：15081599004-00001", "police", "15081599004-00001", False),
    ("公安备案号：15010502000333", "police", "15010502000333", False),
    ("京公网安备：11010202007633号", "police", "11010202007633", False),
    ("津公网安备 ：12010302000991号", "police", "12010302000991", False),
    ("郑公备：41010029000130", "police", "41010029000130", False),
    ("ICP备案编号：京ICP备14005922号－1", "icp", "京ICP备14005922号-1", False),
    ("政府网站标识码：310000000044", "site_code", "310000000044", True),
    ("冀公网备案号:1300000000000", "police", "冀公网备案号:1300000000000", True),
    ("蒙公网安备1501050200033号", "police", "蒙公网安备1501050200033号", True),
    ("主办：某某旗人民政府　承办：某某旗数据中心", "sponsor", "某某旗人民政府", False),
    ("主办单位：某某自治区人民政府主办", "sponsor", "某某自治区人民政府", False),
    ("某某市人民政府办公室（主办）", "sponsor", "某某市人民政府办公室", False),
    ("主 办 单 位：某某局", "sponsor", "某某局", False),
    ("主办单位： <a href='/'>某某盟行政公署</a>", "sponsor", "某某盟行政公署", False),
    ("主办：某某旗人民政府　承办：某某旗数据中心", "operator", "某某旗数据中心", False),
    ("运行维护单位：某某网运行中心", "operator", "某某网运行中心", False),
    ("承办单位：某某厅办公室承办 技术支持：某某公司", "operator", "某某厅办公室", False),
    ("联系电话：0471-4825916 传真：0471-4825917", "phone", "0471-4825916", False),
    ("电子邮箱：WZ@example.gov.cn", "email", "wz@example.gov.cn", False),
]


@pytest.mark.parametrize(("text", "name", "value", "malformed"), CASES)
def test_form(text: str, name: str, value: str, malformed: bool) -> None:
    got = page(
        f"<div class=m><p>正文在这里。</p></div><div class=footer><p>版权所有：某某单位</p><p>{text}</p></div>"
    ).footer
    assert [(one.value, one.malformed) for one in got if one.field == name] == [(value, malformed)]


def test_copyright_is_no_sponsor_and_nothing_is_invented() -> None:
    assert fields_of_text("版权所有：某某统计局 地址：某某街57号（100826） Copyright 2026") == ()
    assert (
        page(
            "<h1>关于举办比赛的通知</h1><p>主办单位：某某体育局</p><p>承办单位：某某中心</p><p>联系电话：0471-1234567</p>"
        ).footer
        == ()
    )


def test_article_tables_of_other_codes_are_not_the_footer() -> None:
    table = "".join(f"<tr><td>某某网站{n}</td><td>网站标识码：150000000{n}</td></tr>" for n in range(8))
    got = page(
        f"<h1>关于检查情况的通报</h1><table>{table}</table><div class=footer>网站标识码：1500000099 主办：某某政府</div>"
    ).footer
    assert [one.value for one in got if one.field == "site_code"] == ["1500000099"]


def test_old_page_without_names() -> None:
    got = page(
        "<table><tr><td>内容很多。"
        + "正文。" * 200
        + "</td></tr></table><table><tr><td>主办：某某旗人民政府</td></tr><tr><td>蒙ICP备05000248号 网站标识码：1501230001</td></tr></table>"
    ).footer
    assert {one.field: one.value for one in got} == {
        "sponsor": "某某旗人民政府",
        "icp": "蒙ICP备05000248号",
        "site_code": "1501230001",
    }


def test_same_footer_twice_counts_once_and_different_ones_both() -> None:
    one = "<div class=footer>主办：甲旗人民政府 蒙ICP备05000248号</div>"
    two = "<div class=footer_mobile>主办：甲旗人民政府办公室 蒙ICP备05000248号</div>"
    got = page("<p>正文</p>" * 30 + one + one + two).footer
    assert [(x.field, x.value) for x in got] == [
        ("icp", "蒙ICP备05000248号"),
        ("sponsor", "甲旗人民政府"),
        ("sponsor", "甲旗人民政府办公室"),
    ]


def test_dead_footer_in_a_comment_does_not_count() -> None:
    assert (
        page(
            "<p>正文</p><div class=footer><!-- 主办：甲旗人民政府 蒙ICP备05000248号 网站标识码：1500000001 --></div>"
        ).footer
        == ()
    )


def test_hidden_copy_counts_only_where_nothing_is_visible() -> None:
    hidden = "<div style='display:none'>网站标识码：1500000002</div>"
    both = page(f"<p>正文</p><div class=footer>{hidden}网站标识码：1500000001 主办：甲</div>").footer
    assert [one.value for one in both if one.field == "site_code"] == ["1500000001"]
    alone = page(f"<p>正文</p><div class=footer>{hidden}主办：甲旗政府</div>").footer
    assert [one.value for one in alone if one.field == "site_code"] == ["1500000002"]


def test_marks_and_codes_of_links_and_scripts() -> None:
    got = page(
        "<p>正文</p><div class=footer>蒙ICP备05000248号 主办：甲"
        "<a href='http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=15010502000333'><img src=ga.png></a>"
        "<a href='https://bszs.conac.cn/sitename?method=show&id=06A229C54B03195FE053012819ACA0FC'><img src=red.png></a>"
        "<a style='display:none' href='http://121.43.68.40/exposure/jiucuo.html?site_code=9900000000'>x</a>"
        "<script id='_jiucuo_' sitecode='1500000001' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script></div>"
    ).footer
    assert {one.field: one.value for one in got if one.field in ("police", "conac", "jiucuo")} == {
        "police": "15010502000333",
        "conac": "06A229C54B03195FE053012819ACA0FC",
        "jiucuo": "1500000001",
    }


def test_escaped_conac_script() -> None:
    got = page(
        """<div class=footer>主办：甲<script>document.write(unescape("%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='https://dcs.conac.cn/js/07/100/0000/60429057/CA071000000604290570001.js' type='text/javascript'%3E%3C/script%3E"));</script></div>"""
    ).footer
    assert [one.value for one in got if one.field == "conac"] == ["CA071000000604290570001"]


SCRIPTS = {
    "one write": "document.write('<div>主办：甲旗人民政府 网站标识码：1500000001</div>');",
    "many writes": 'document.writeln("<p>主办：甲旗人民政府</p>");\ndocument.writeln("<p>网站标识码：1500000001</p>");',
    "variables": 'var org = "甲旗人民政府", code = "1500000001";\nvar h = "";\nh += "<p>主办：" + org + "</p>";\nh += "<p>网站标识码：" + code + "</p>";\n$("#foot").html(h);',
    "template": 'const code = "1500000001"; const org = "甲旗人民政府"; document.getElementById("f").innerHTML = `<p>主办：${org}</p>\n<p>网站标识码：${code}</p>`;',
    "escape": 'document.write(unescape("%3Cp%3E%u4E3B%u529E%uFF1A%u7532%u65D7%u4EBA%u6C11%u653F%u5E9C%3C/p%3E%3Cp%3E%u7F51%u7AD9%u6807%u8BC6%u7801%uFF1A1500000001%3C/p%3E"))',
    "component": 'document.write(decodeURIComponent("%3Cp%3E%E4%B8%BB%E5%8A%9E%EF%BC%9A%E7%94%B2%E6%97%97%E4%BA%BA%E6%B0%91%E6%94%BF%E5%BA%9C%3C%2Fp%3E%3Cp%3E%E7%BD%91%E7%AB%99%E6%A0%87%E8%AF%86%E7%A0%81%EF%BC%9A1500000001%3C%2Fp%3E"))',
    "unicode": 'document.write("<p>\\u4e3b\\u529e\\uff1a\\u7532\\u65d7\\u4eba\\u6c11\\u653f\\u5e9c</p><p>\\u7f51\\u7ad9\\u6807\\u8bc6\\u7801\\uff1a1500000001</p>")',
    "split in the middle": "document.write('<p>主办：甲旗' + '人民政府</p>' + '<p>网站标识' + '码：15000' + '00001</p>');",
    "dead code": '// document.write("<p>主办：死旗人民政府</p>");\n/* document.write("网站标识码：1500009999"); */ document.write("<p>主办：甲旗人民政府</p><p>网站标识码：1500000001</p>");',
}


@pytest.mark.parametrize("form", SCRIPTS)
def test_footer_written_by_scripts(form: str) -> None:
    wanted = {("sponsor", "甲旗人民政府"), ("site_code", "1500000001")}
    external = read_script(SCRIPTS[form].encode(), "http://www.example.gov.cn/")
    assert {(one.field, one.value) for one in external.footer} == wanted
    inline = page(f"<p>正文</p><div class=footer><script>{SCRIPTS[form]}</script></div>")
    assert {(one.field, one.value) for one in inline.footer} == wanted


def test_script_in_gbk_bytes() -> None:
    got = read_script(SCRIPTS["one write"].encode("gb18030"), "http://www.example.gov.cn/")
    assert {one.value for one in got.footer} == {"甲旗人民政府", "1500000001"}


def test_footer_scripts_are_named_likely_ones_first() -> None:
    got = page(
        "<script src='/js/jquery-3.6.min.js'></script><script src='/js/swiper.js'></script><script src='/js/common.js'></script><p>正文</p><script src='/inc/footer.js?v=1'></script><script src='https://v1.cnzz.com/z.js'></script>"
    )
    assert got.footer_scripts == (
        "http://www.example.gov.cn/inc/footer.js?v=1",
        "http://www.example.gov.cn/js/common.js",
    )
