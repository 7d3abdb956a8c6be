"""Service guides in their many wordings: what stands, what is missing, what a script will fill."""

from __future__ import annotations

import pytest
from reading import page

from checks.facts.guides import Element

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
