"""Service guides in their many wordings: what stands, what is missing, what a script will fill."""

from __future__ import annotations

from random import Random

import pytest
from reading import page

from checks.facts.guides import Element
from monitor.collect.extract import tables

E = Element
URL = "http://www.example.gov.cn/bsfw/bszn/1234.html"
FULL = [
    ("事项名称", "残疾人证办理"),
    ("设定依据", "《某某管理办法》第五条"),
    ("申请条件", "具有本旗户籍"),
    ("申请材料", "1.身份证原件 2.户口簿"),
    ("办理地点", "某某街12号政务服务大厅3号窗口"),
    ("办理时间", "周一至周五 9:00-17:00"),
    ("咨询电话", "0471-1234567"),
    ("办理流程", "受理—审核—办结"),
]


def guide(body: str, **more: str):
    return page(body, url=URL, **more).guide


SHAPES = {
    "table": lambda pairs: (
        "<table>" + "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in pairs) + "</table>"
    ),
    "table, two pairs a row": lambda pairs: (
        "<table>"
        + "".join(
            "<tr>" + "".join(f"<td>{k}</td><td>{v}</td>" for k, v in pairs[n : n + 2]) + "</tr>"
            for n in range(0, len(pairs), 2)
        )
        + "</table>"
    ),
    "header row": lambda pairs: (
        "<table><tr>"
        + "".join(f"<th>{k}</th>" for k, _ in pairs)
        + "</tr><tr>"
        + "".join(f"<td>{v}</td>" for _, v in pairs)
        + "</tr></table>"
    ),
    "dl": lambda pairs: "<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in pairs) + "</dl>",
    "headings": lambda pairs: "".join(f"<h3>{k}</h3><div><p>{v}</p></div>" for k, v in pairs),
    "numbered": lambda pairs: "".join(
        f"<p><strong>{n}、{k}</strong></p><p>{v}</p>"
        for n, (k, v) in zip("一二三四五六七八", pairs, strict=False)
    ),
    "colon": lambda pairs: "".join(f"<p>{k}：{v}</p>" for k, v in pairs),
    "brackets": lambda pairs: "".join(f"<p>【{k}】{v}</p>" for k, v in pairs),
    "spans": lambda pairs: "".join(f"<li><span>{k}：</span><em>{v}</em></li>" for k, v in pairs),
    "tabs": lambda pairs: (
        "<ul class=tab>"
        + "".join(f"<li>{k}</li>" for k, _ in pairs)
        + "</ul><div class=con>"
        + "".join(f"<div style='display:none'>{v}</div>" for _, v in pairs)
        + "</div>"
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_all_eight(shape: str) -> None:
    got = guide(f"<div class=m><h1>残疾人证办理</h1>{SHAPES[shape](FULL)}</div>")
    assert got is not None
    assert got.missing == ()
    assert got.unread == ()
    assert set(got.present) == set(Element)


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("absent", range(1, 8))
def test_a_missing_label_is_missing(shape: str, absent: int) -> None:
    pairs = [pair for number, pair in enumerate(FULL) if number != absent]
    got = guide(f"<div class=m><h1>残疾人证办理</h1>{SHAPES[shape](pairs)}</div>")
    assert got is not None
    assert got.missing == (list(Element)[absent],)


@pytest.mark.parametrize("shape", ["table", "dl", "headings", "colon", "spans", "numbered", "tabs"])
@pytest.mark.parametrize("empty", ["", "—", "暂无", " / "])
def test_an_empty_value_is_missing(shape: str, empty: str) -> None:
    pairs = [(k, empty if k in ("申请条件", "办理地点") else v) for k, v in FULL]
    got = guide(f"<div class=m><h1>残疾人证办理</h1>{SHAPES[shape](pairs)}</div>")
    assert got is not None
    assert got.missing == (E.CONDITIONS, E.PLACE)


WORDINGS = {
    E.BASIS: ["设定依据", "法律依据", "办理依据", "实施依据", "政策依据", "设立依据", "法定依据"],
    E.CONDITIONS: ["申请条件", "受理条件", "办理条件", "申报条件", "审批条件", "准予批准的条件", "许可条件"],
    E.MATERIALS: [
        "申请材料",
        "办理材料",
        "申报材料",
        "所需材料",
        "材料清单",
        "提交材料目录",
        "申请材料目录",
        "所需提交材料",
        "申报资料",
    ],
    E.PLACE: ["办理地点", "受理地点", "办公地址", "办事地点", "办理窗口", "窗口地址", "受理地址"],
    E.HOURS: ["办理时间", "受理时间", "办公时间", "工作时间", "服务时间", "对外办公时间"],
    E.PHONE: ["联系电话", "咨询电话", "联系方式", "咨询方式", "办公电话", "咨询服务电话"],
    E.PROCESS: [
        "办理流程",
        "办理程序",
        "审批流程",
        "办事流程",
        "流程图",
        "申请流程",
        "办理流程图",
        "受理程序",
    ],
}


@pytest.mark.parametrize(("element", "label"), [(e, w) for e, words in WORDINGS.items() for w in words])
def test_wordings(element: Element, label: str) -> None:
    order = list(Element).index(element)
    pairs = [(label, value) if number == order else (key, value) for number, (key, value) in enumerate(FULL)]
    got = guide(SHAPES["table"](pairs))
    assert got is not None
    assert got.missing == ()


def test_contents_that_look_like_labels_are_contents() -> None:
    pairs = [
        *FULL,
        ("是否收费", "不收费"),
        ("收费依据", "无"),
        ("承诺办结时限", "即办"),
        ("监督电话", "12345"),
    ]
    got = guide(SHAPES["table"](pairs))
    assert got is not None
    assert got.missing == ()


def test_fee_basis_and_complaint_phone_are_other_things() -> None:
    pairs = [pair for pair in FULL if pair[0] not in ("设定依据", "咨询电话")] + [
        ("收费依据", "某某文件"),
        ("监督投诉电话", "12345"),
    ]
    got = guide(SHAPES["table"](pairs))
    assert got is not None
    assert got.missing == (E.BASIS, E.PHONE)


def test_bare_headings_that_a_script_fills_are_unread() -> None:
    labels = "".join(f"<h3>{k}</h3><div id=c{n}></div>" for n, (k, _) in enumerate(FULL[1:]))
    got = guide(
        f"<h1>残疾人证办理</h1>{labels}<script>$.get('/api/item/detail?id=12',function(d){{}})</script>"
    )
    assert got is not None
    assert got.missing == ()
    assert set(got.unread) == set(Element) - {E.NAME}


def test_unfilled_placeholders_are_unread() -> None:
    pairs = [(k, "{{ item.x }}" if k != "事项名称" else v) for k, v in FULL]
    got = guide(SHAPES["table"](pairs))
    assert got is not None
    assert got.missing == ()
    assert E.PLACE in got.unread


def test_flow_chart_as_a_picture_is_content() -> None:
    pairs = [(k, "<img src='/pic/lct.jpg'>" if k == "办理流程" else v) for k, v in FULL]
    got = guide(SHAPES["headings"](pairs))
    assert got is not None
    assert got.missing == ()


def test_the_heading_names_the_item() -> None:
    got = guide(f"<h1>残疾人证办理服务指南</h1>{SHAPES['table'](FULL[1:])}")
    assert got is not None
    assert got.missing == ()


def test_an_article_is_no_guide() -> None:
    text = "<p>为进一步优化营商环境，明确办理流程，公布咨询电话，简化申请材料。</p>" * 20
    assert page(f"<h1>某某旗优化办事流程</h1>{text}").guide is None


NAME = "<tr><td>事项名称</td><td colspan=3>残疾人证办理</td></tr>"
TABLES = {
    "one head over several labels": (
        "<tr><td rowspan=3>办理信息</td><td>办理地点</td><td>某街12号</td></tr><tr><td>办理时间</td><td>工作日</td></tr><tr><td>联系电话</td><td></td></tr>",
        {E.PLACE, E.HOURS},
    ),
    "a label over several lines of values": (
        "<tr><td rowspan=2>申请条件</td><td>年满十八周岁</td></tr><tr><td>具有本旗户籍</td></tr><tr><td>办理地点</td><td></td></tr><tr><td>联系电话</td><td>0471-1</td></tr>",
        {E.CONDITIONS, E.PHONE},
    ),
    "a label over labels of its own": (
        "<tr><td rowspan=2>办理地点</td><td>窗口地址</td><td>某街12号</td></tr><tr><td>网上地址</td><td>无</td></tr><tr><td>办理时间</td><td colspan=2></td></tr><tr><td>联系电话</td><td colspan=2>0471-1</td></tr>",
        {E.PLACE, E.PHONE},
    ),
    "two pairs a line, values empty": (
        "<tr><td>设定依据</td><td></td><td>办理流程</td><td></td></tr><tr><td>办理地点</td><td></td><td>办理时间</td><td>工作日</td></tr><tr><td>联系电话</td><td>0471-1</td><td>申请材料</td><td></td></tr>",
        {E.HOURS, E.PHONE},
    ),
    "labels over values, twice": (
        "<tr><td>设定依据</td><td>申请条件</td><td>办理材料</td><td>办理流程</td></tr><tr><td>某办法</td><td></td><td>身份证</td><td></td></tr><tr><td>办理地点</td><td>办理时间</td><td>联系电话</td><td>收费标准</td></tr><tr><td></td><td>周一至周五</td><td>0471-1</td><td>不收费</td></tr>",
        {E.BASIS, E.MATERIALS, E.HOURS, E.PHONE},
    ),
    "labels of nested spans with a colon": (
        "<tr><td><p><span>办</span> <span>理</span><span>地点</span><b>：</b></p></td><td>某街</td></tr><tr><td><span>联系</span><span>电话</span>：</td><td>0471-1</td></tr><tr><td>办理<br>时间</td><td></td></tr>",
        {E.PLACE, E.PHONE},
    ),
    "a list inside the value": (
        "<tr><td>办理材料</td><td><table><tr><th>序号</th><th>材料名称</th></tr><tr><td>1</td><td>身份证明</td></tr></table></td></tr><tr><td>办理时间</td><td></td></tr><tr><td>联系电话</td><td>0471-1</td></tr>",
        {E.MATERIALS, E.PHONE},
    ),
    "a guide inside a cell of the page": (
        "<tr><td><table><tr><td>办理地点</td><td>办理时间</td></tr><tr><td>某街</td><td>工作日</td></tr></table></td></tr><tr><td>联系电话</td><td></td></tr>",
        {E.PLACE, E.HOURS},
    ),
    "values that read like labels": (
        "<tr><td>联系电话</td><td>电话咨询</td></tr><tr><td>办理流程</td><td><a href='/lct.jpg'>流程图</a></td></tr><tr><td>办理地点</td><td>政务服务大厅</td></tr><tr><td>设定依据</td><td></td></tr>",
        {E.PHONE, E.PROCESS, E.PLACE},
    ),
    "values among empty ones under a line of labels": (
        "<tr><td>办理流程</td><td>联系电话</td><td>办理地点</td></tr><tr><td>流程图</td><td></td><td></td></tr><tr><td>申请条件</td><td>办理材料</td><td>办理时间</td></tr><tr><td></td><td></td><td>工作日</td></tr>",
        {E.PROCESS, E.HOURS},
    ),
    "a group of labels that is a label itself": (
        "<tr><td rowspan=2>基本信息</td><td>办理流程：</td><td>流程图</td></tr><tr><td>办理时间：</td><td>工作日</td></tr><tr><td colspan=2>联系电话</td><td></td></tr>",
        {E.PROCESS, E.HOURS},
    ),
    "a label in the caption": (
        "<caption>办理流程</caption><tr><td>基本情况</td><td>承诺件</td></tr><tr><td>办理流程</td><td></td></tr><tr><td>办理地点</td><td>某街</td></tr><tr><td>联系电话</td><td>0471-1</td></tr>",
        {E.PLACE, E.PHONE},
    ),
    "a label over the whole width": (
        "<tr><td colspan=4>申请材料</td></tr><tr><td>1</td><td>身份证</td><td>原件</td><td>1份</td></tr><tr><td colspan=4>办理流程</td></tr><tr><td>办理地点</td><td colspan=3>某街</td></tr><tr><td>联系电话</td><td colspan=3></td></tr>",
        {E.MATERIALS, E.PLACE},
    ),
    "a picture as the value": (
        "<tr><td>办理流程</td><td><img src='/pic/lct.jpg'></td></tr><tr><td>办理地点</td><td></td></tr><tr><td>联系电话</td><td>0471-1</td></tr>",
        {E.PROCESS, E.PHONE},
    ),
    "cells that hold label and value": (
        "<tr><td>办理地点：某街</td><td>办理时间：</td></tr><tr><td>联系电话：0471-1</td><td>设定依据：某办法</td></tr>",
        {E.PLACE, E.PHONE, E.BASIS},
    ),
    "one cell that holds it all": (
        "<tr><td colspan=4><p>办理地点：某街</p><p>办理时间：</p><p>联系电话：0471-1</p></td></tr>",
        {E.PLACE, E.PHONE},
    ),
    "a value with labels of its own": (
        "<tr><td>联系方式</td><td><p>办公地址：某街</p><p>办公时间：工作日</p><p>电话：0471-1</p></td></tr>",
        {E.PHONE, E.PLACE, E.HOURS},
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", TABLES)
def test_guides_in_tables(shape: str) -> None:
    rows, present = TABLES[shape]
    caption = rows[: rows.index("</caption>") + 10] if "caption" in rows else ""
    got = guide(f"<h1>残疾人证办理</h1><table>{caption}{NAME}{rows.removeprefix(caption)}</table>")
    assert got is not None
    assert set(got.present) == present | {E.NAME}
    assert set(got.missing) == set(Element) - present - {E.NAME}
    assert got.unread == ()


def test_a_list_of_materials_without_rows_is_unread() -> None:
    rows = "<tr><td>办理材料</td><td><table><tr><th>序号</th><th>材料名称</th></tr></table></td></tr><tr><td>办理地点</td><td>某街</td></tr><tr><td>联系电话</td><td></td></tr>"
    got = guide(f"<h1>残疾人证办理</h1><table>{NAME}{rows}</table>")
    assert got is not None
    assert got.unread == (E.MATERIALS,)
    assert E.PHONE in got.missing


def test_a_script_may_still_fill_the_cells_of_a_table() -> None:
    rows = "".join(f"<tr><td>{k}</td><td id=c{n}></td></tr>" for n, (k, _) in enumerate(FULL[1:]))
    got = guide(f"<h1>残疾人证办理</h1><table>{NAME}{rows}</table><script>$.get('/api/item',f)</script>")
    assert got is not None
    assert got.missing == ()
    assert set(got.unread) == set(Element) - {E.NAME}


@pytest.mark.parametrize(
    "body",
    [
        f"<table>{NAME}<tr><td>收费标准</td><td>不收费</td></tr></table>",
        f"<table>{NAME}</table>",
        "<p>事项名称：残疾人证办理</p><p>办件类型：即办件</p>",
        "<p>联系电话：0471-1</p>",
        "<table><tr><td>办理时间</td><td>工作日</td></tr></table>",
    ],
)
def test_a_guide_with_next_to_nothing_on_it(body: str) -> None:
    got = guide(f"<h1>残疾人证办理</h1>{body}")
    assert got is not None
    assert len(got.missing) >= 6
    assert page(f"<h1>残疾人证办理</h1>{body}").guide is None, "elsewhere on a site it is none"


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("联系我们", "<p>办公地址：某街</p><p>联系电话：0471-1</p>"),
        ("残疾人证办理结果公示", f"<table>{NAME}</table>"),
        ("办事服务", "<ul><li><a href='/a/1.html'>残疾人证办理</a></li></ul><p>联系电话：0471-1</p>"),
        (
            "事项目录",
            "<table><tr><th>序号</th><th>事项名称</th></tr><tr><td>1</td><td>残疾人证办理</td></tr></table>",
        ),
    ],
)
def test_short_pages_that_are_no_guides(heading: str, body: str) -> None:
    assert guide(f"<h1>{heading}</h1>{body}") is None


def test_pages_of_an_ordinary_crawl_never_pay_for_the_slow_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("BeautifulSoup ran")

    monkeypatch.setattr(tables, "BeautifulSoup", refuse)
    cells = "<table><tr><td>电话</td><td>地址</td></tr><tr><td>1</td><td>2</td></tr></table>"
    notice = "<p>现将有关材料、流程、办理时间、地点、联系电话通知如下。</p>"
    page(f"<h1>关于某事的通知</h1>{notice}{cells}")
    page(f"<h1>首页</h1>{cells * 20}")
    page(
        f"<h1>办事服务</h1>{'<table><tr><td><a href=/a/1.html>残疾人证办理</a></td></tr></table>' * 20}",
        url=URL,
    )
    with pytest.raises(AssertionError):
        guide(f"<h1>残疾人证办理</h1>{SHAPES['table'](FULL)}")


def test_a_table_too_big_for_the_slow_parser_is_read_in_text_order() -> None:
    rest = "<tr><td>备注</td><td>无</td></tr>" * 4_000
    got = guide(f"<h1>残疾人证办理</h1><table>{SHAPES['table'](FULL)[7:-8]}{rest}</table>")
    assert got is not None
    assert got.missing == ()


def test_a_number_before_a_label_takes_nothing_of_it() -> None:
    got = guide(
        "<h1>残疾人证核发</h1><p>一、项目名称：残疾人证核发</p><p>二、部门联系电话：0471-1</p><p>第三项 办理地点：某街</p>"
    )
    assert got is not None
    assert set(got.present) == {E.NAME, E.PHONE, E.PLACE}


def test_labels_without_contents_do_not_take_those_of_the_next_sections() -> None:
    pairs = [(k, v if n > 3 or n == 0 else "") for n, (k, v) in enumerate(FULL)]
    sections = "".join(f"<div class=sec><h3>{k}</h3><p>{v}</p></div>" for k, v in pairs)
    got = guide(f"<div><h1>残疾人证办理</h1>{sections}</div>")
    assert got is not None
    assert got.missing == (E.BASIS, E.CONDITIONS, E.MATERIALS)


def test_one_item_named_by_tab_and_panel_is_a_guide_and_several_are_a_list() -> None:
    tabs = "<ul><li>事项名称</li><li>行使层级</li></ul><div><h4>事项名称</h4><p>{}</p></div><div><h4>行使层级</h4><p>市级</p></div>"
    assert guide(f"<h1>残疾人证办理</h1>{tabs.format('残疾人证办理')}") is not None
    listed = "".join(f"<p>事项名称：第{n}项证件办理</p>" for n in range(4))
    assert guide(f"<h1>办事服务</h1>{listed}") is None


CONTENTS = dict(zip(Element, [("残疾人证办理",), ("《某某管理办法》第五条",), ("具有本旗户籍；年满十八周岁",), ("1.身份证原件 2.户口簿", "身份证明"),
    ("某某街12号政务服务大厅", "服务大厅三楼"), ("工作日", "周一至周五 9:00-17:00"), ("0471-1234567", "0471-1234567（工作日接听）"), ("流程图", "受理—审核—办结")], strict=True))  # fmt: skip
NAMES = dict(
    zip(
        Element,
        ["事项名称", "设定依据", "申请条件", "申请材料", "办理地点", "办理时间", "联系电话", "办理流程"],
        strict=True,
    )
)


def _lines(random: Random, layout: str, stand: list[tuple[str, str]]) -> str:
    """The rows of a table in one of the layouts that guides are written in."""
    head = random.choice(
        ["<td>{}</td>", "<td><b>{}</b>：</td>", "<td><p><span>{}</span>：</p></td>", "<td>{} ：</td>"]
    )
    pairs = [f"{head.format(name)}<td>{value}</td>" for name, value in stand]
    if layout == "pairs":
        wide = random.randint(1, 3)
        return "".join(f"<tr>{''.join(pairs[n : n + wide])}</tr>" for n in range(0, len(pairs), wide))
    if layout == "groups":
        half = len(pairs) // 2
        groups = (("基本信息", pairs[:half]), ("办理信息", pairs[half:]))
        return "".join(
            f"<tr>{f'<td rowspan={len(part)}>{name}</td>' if n == 0 else ''}{pair}</tr>"
            for name, part in groups
            for n, pair in enumerate(part)
        )
    if layout == "bands":
        wide = random.randint(2, 8)
        bands = [stand[n : n + wide] for n in range(0, len(stand), wide)]
        cells = [["".join(f"<td>{pair[side]}</td>" for pair in band) for side in (0, 1)] for band in bands]
        return "".join(f"<tr>{names}</tr><tr>{values}</tr>" for names, values in cells)
    over = [f"<tr><td colspan=2>{name}</td></tr><tr><td colspan=2>{value}</td></tr>" for name, value in stand]
    return "".join(random.choice([f"<tr>{pair}</tr>", wide]) for pair, wide in zip(pairs, over, strict=True))


@pytest.mark.parametrize("layout", ["pairs", "groups", "bands", "sections"])
def test_no_layout_hides_what_stands_nor_shows_what_does_not(layout: str) -> None:
    random = Random(20260925)
    for _ in range(150):
        order = [element for element in Element if element is E.NAME or random.random() < 0.8]
        full = {e for e in order if e is E.NAME or random.random() < 0.7}
        random.shuffle(order)
        if len(order) < 4:
            continue
        stand = [(NAMES[e], random.choice(CONTENTS[e]) if e in full else "") for e in order]
        markup = f"<h1>残疾人证办理</h1><table>{_lines(random, layout, stand)}</table>"
        got = guide(markup)
        assert got is not None, markup
        assert set(got.present) == full, markup
