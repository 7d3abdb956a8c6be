"""Public letters: columns by their words, dates, states, a letter's own page; no names."""

from __future__ import annotations

from datetime import date

import pytest
from reading import page

HEADS = {
    "plain": ("编号", "标题", "类型", "来信时间", "办理单位", "处理状态"),
    "other words, other order": ("处理情况", "信件标题", "信件类型", "受理编号", "提交时间", "转办单位"),
    "message board": ("留言编号", "留言主题", "留言类别", "留言日期", "答复部门", "办理状态"),
}
FIELDS = {
    "编号": "n", "受理编号": "n", "留言编号": "n", "标题": "t", "信件标题": "t", "留言主题": "t", "类型": "c", "信件类型": "c", "留言类别": "c",
    "来信时间": "d", "提交时间": "d", "留言日期": "d", "办理单位": "u", "转办单位": "u", "答复部门": "u", "处理状态": "s", "处理情况": "s", "办理状态": "s",
}  # fmt: skip
LETTERS = [
    {"n": "202601", "t": "咨询低保政策的问题", "c": "咨询", "d": "2026-03-02", "u": "民政局", "s": "已办结"},
    {"n": "202602", "t": "关于道路积水的反映", "c": "投诉", "d": "2026-02-11", "u": "住建局", "s": "办理中"},
]
SHAPES = {
    "table": lambda head, lines: "<table><tr>" + "".join(f"<th>{h}</th>" for h in head) + "</tr>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in line) + "</tr>" for line in lines) + "</table>",
    "thead": lambda head, lines: "<table><thead><tr>" + "".join(f"<td><b>{h}</b></td>" for h in head) + "</tr></thead><tbody>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in line) + "</tr>" for line in lines) + "</tbody></table>",
    "lists of spans": lambda head, lines: "<div class=h>" + "".join(f"<span>{h}</span>" for h in head) + "</div><ul>" + "".join("<li>" + "".join(f"<span>{c}</span>" for c in line) + "</li>" for line in lines) + "</ul>",
    "list of lists": lambda head, lines: "<div><ul class=h>" + "".join(f"<li>{h}</li>" for h in head) + "</ul>" + "".join("<ul>" + "".join(f"<li>{c}</li>" for c in line) + "</ul>" for line in lines) + "</div>",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("words", HEADS)
def test_columns_by_their_words(shape: str, words: str) -> None:
    head = HEADS[words]
    lines = [
        [
            f"<a href='/mail/{letter['n']}.html'>{letter['t']}</a>" if FIELDS[h] == "t" else letter[FIELDS[h]]
            for h in head
        ]
        for letter in LETTERS
    ]
    got = page(SHAPES[shape](head, lines)).letters
    assert [(one.title, one.asked, one.has_answer, one.state, one.category) for one in got] == [
        ("咨询低保政策的问题", date(2026, 3, 2), True, "已办结", "咨询"),
        ("关于道路积水的反映", date(2026, 2, 11), False, "办理中", "投诉"),
    ]
    assert got[0].url == "http://www.example.gov.cn/mail/202601.html"


def test_question_and_answer_times() -> None:
    got = page(
        "<table><tr><th>来信标题</th><th>来信时间</th><th>答复时间</th></tr><tr><td><a href='/m/1.html'>咨询户口迁移</a></td><td>2026-01-05</td><td>2026-01-09</td></tr><tr><td><a href='/m/2.html'>咨询驾照换领</a></td><td>2026-01-06</td><td></td></tr></table>"
    ).letters
    assert [(one.asked, one.answered, one.has_answer) for one in got] == [
        (date(2026, 1, 5), date(2026, 1, 9), True),
        (date(2026, 1, 6), None, None),
    ]


def test_day_inside_the_number() -> None:
    got = page(
        "<table><tr><td>信件编号</td><td>信件标题</td><td>状态</td></tr><tr><td>G20190102-0011</td><td><a href='/m/1.html'>咨询户口迁移</a></td><td>待处理</td></tr></table>"
    ).letters
    assert [(one.asked, one.has_answer) for one in got] == [(date(2019, 1, 2), False)]


def test_rows_with_their_own_labels() -> None:
    got = page(
        "<ul><li><a href='/m/1.html'>咨询户口迁移问题</a><p>来信时间：2026-01-05　回复时间：2026-01-09</p><i>[已回复]</i></li><li><a href='/m/2.html'>反映路灯不亮问题</a><p>来信时间：2026-01-06</p><i>[未回复]</i></li></ul>"
    ).letters
    assert [(one.asked, one.answered, one.has_answer) for one in got] == [
        (date(2026, 1, 5), date(2026, 1, 9), True),
        (date(2026, 1, 6), None, False),
    ]


@pytest.mark.parametrize(
    ("state", "answered"),
    [
        ("已办结", True),
        ("已答复", True),
        ("已回复", True),
        ("已处理", True),
        ("办理中", False),
        ("处理中", False),
        ("待处理", False),
        ("待审查", False),
        ("已受理", False),
        ("未回复", False),
        ("已转办", False),
        ("公开", None),
    ],
)
def test_states(state: str, answered: bool | None) -> None:
    got = page(
        f"<table><tr><th>标题</th><th>留言时间</th><th>状态</th></tr><tr><td><a href='/m/1.html'>咨询户口迁移问题</a></td><td>2026-01-05</td><td>{state}</td></tr></table>"
    ).letters
    assert [one.has_answer for one in got] == [answered]


def test_detail_with_answer() -> None:
    got = page(
        "<div><table><tr><td>信件标题</td><td>咨询户口迁移</td></tr><tr><td>来信人</td><td>某某某</td></tr><tr><td>联系电话</td><td>13900001111</td></tr><tr><td>来信时间</td><td>2026-01-05</td></tr><tr><td>来信内容</td><td>请问如何办理？我的电话13900001111</td></tr><tr><td>答复单位</td><td>公安局</td></tr><tr><td>答复时间</td><td>2026-01-09</td></tr><tr><td>答复内容</td><td>您好，请携带材料到窗口办理。</td></tr></table></div>"
    ).letter_detail
    assert got is not None
    assert (got.title, got.asked, got.answered, got.has_answer) == (
        "咨询户口迁移",
        date(2026, 1, 5),
        date(2026, 1, 9),
        True,
    )
    assert "某某某" not in got.excerpt
    assert "13900001111" not in got.excerpt


@pytest.mark.parametrize("answer", ["", "暂无回复", "正在办理"])
def test_detail_without_answer(answer: str) -> None:
    got = page(
        f"<div><h1>咨询户口迁移</h1><p>留言时间：2026-01-05</p><p>处理状态：办理中</p><h3>留言内容</h3><p>请问如何办理？</p><h3>回复内容</h3><p>{answer}</p></div>"
    ).letter_detail
    assert got is not None
    assert (got.asked, got.answered, got.has_answer) == (date(2026, 1, 5), None, False)


def test_unit_and_time_in_one_line() -> None:
    got = page(
        "<div><h1>咨询户口迁移</h1><p>提问时间：2026-01-05</p><p>问题内容：</p><p>请问如何办理？</p><p>答复内容：</p><p>您好，请到窗口办理。</p><p>公安局 2026-01-09</p></div>"
    ).letter_detail
    assert got is not None
    assert got.has_answer is True
    assert got.answered == date(2026, 1, 9)


def test_news_lists_are_no_letters() -> None:
    got = page(
        "<ul><li><a href='/a/1.html'>我旗召开信访工作会议的通知</a><span>2026-01-05</span></li><li><a href='/a/2.html'>关于征求意见的公告咨询电话</a><span>2026-01-06</span></li></ul>"
    )
    assert got.letters == ()
    assert got.letter_detail is None


def test_document_tables_are_no_letters() -> None:
    got = page(
        "<p>信箱 咨询</p><table><tr><th>标题</th><th>发文单位</th><th>发布时间</th></tr><tr><td><a href='/a/1.html'>关于某事的通知</a></td><td>某局</td><td>2026-01-05</td></tr></table>"
    )
    assert got.letters == ()


def test_board_with_posting_time_and_empty_reply() -> None:
    body = "<h2>留言内容</h2><table><tr><td>标题</td><td>咨询户口迁移</td></tr><tr><td>内容</td><td>请问如何办理？</td></tr><tr><td>发布人</td><td>某某</td></tr><tr><td>发布时间</td><td>2026-01-05 10:00:00</td></tr><tr><td>回复内容</td><td>{}</td></tr><tr><td>回复人</td><td></td></tr><tr><td>回复时间</td><td>{}</td></tr><tr><td>状态</td><td>{}</td></tr></table>"
    waiting = page(body.format("", "", "处理中")).letter_detail
    assert waiting is not None
    assert (waiting.asked, waiting.answered, waiting.has_answer, waiting.state) == (
        date(2026, 1, 5),
        None,
        False,
        "处理中",
    )
    done = page(body.format("您好，请到窗口办理。", "2026-01-09 10:00:00", "已处理")).letter_detail
    assert done is not None
    assert (done.asked, done.answered, done.has_answer) == (date(2026, 1, 5), date(2026, 1, 9), True)


def test_reply_under_the_handling_label() -> None:
    body = "<table><tr><td>编号:</td><td>C2026010512</td><td>来信人:</td><td>139****</td></tr><tr><td>来信时间:</td><td>2026-01-05 10:00:00</td><td>受理单位:</td><td>局办</td></tr><tr><td>来信主题:</td><td>咨询户口迁移</td></tr><tr><td>来信内容:</td><td>请问如何办理？</td></tr></table><table><tr><td>办理单位:</td><td>局办</td><td>办理时间:</td><td>{}</td></tr><tr><td>处理情况:</td><td>{}</td></tr></table>"
    waiting = page(body.format("暂无", "")).letter_detail
    assert waiting is not None
    assert (waiting.title, waiting.asked, waiting.has_answer) == ("咨询户口迁移", date(2026, 1, 5), False)
    done = page(body.format("2026-01-09 10:00:00", "您好，请到窗口办理。")).letter_detail
    assert done is not None
    assert (done.answered, done.has_answer, done.state) == (date(2026, 1, 9), True, "")


BOARD = [
    (
        "咨询户口迁移的手续",
        "2026-01-05",
        "请问如何办理户口迁移？",
        "您好，请携带材料到窗口办理。",
        "2026-01-09",
    ),
    ("反映路灯不亮的问题", "2026-01-06", "团结街的路灯不亮。", "", ""),
    ("咨询低保申请的条件", "2026-02-06", "请问低保如何申请？", "您好，请向社区提出申请。", "2026-02-07"),
]


def _replied(answer: str, day: str, block: str) -> str:
    return block.format(answer, day) if answer else ""


BOARDS = {
    "a container each": lambda: "".join(
        f"<div class=ly><h4>{t}</h4><p><span>留言时间：{d}</span></p><div><b>留言内容：</b>{q}</div>"
        + _replied(a, w, "<div><b>答复内容：</b>{}<span>答复时间：{}</span></div>")
        + "</div>"
        for t, d, q, a, w in BOARD
    ),
    "a table each": lambda: "".join(
        f"<table><tr><td>留言标题</td><td>{t}</td></tr><tr><td>留言时间</td><td>{d}</td></tr><tr><td>留言内容</td><td>{q}</td></tr>"
        f"<tr><td>回复内容</td><td>{a}</td></tr><tr><td>回复时间</td><td>{w}</td></tr></table>"
        for t, d, q, a, w in BOARD
    ),
    "one table, lines in turn": lambda: (
        "<table>"
        + "".join(
            f"<tr><td>标题：{t}</td></tr><tr><td>提问时间：{d}</td></tr><tr><td>提问内容：{q}</td></tr>"
            + _replied(a, w, "<tr><td>回复内容：{}</td></tr><tr><td>回复时间：{}</td></tr>")
            for t, d, q, a, w in BOARD
        )
        + "</table>"
    ),
    "lines without containers": lambda: "".join(
        f"<h4>{t}</h4><p>来信日期：{d}</p><p>来信内容：{q}</p>"
        + _replied(a, w, "<p>旗民政局答复：{}</p><p>答复日期：{}</p>")
        for t, d, q, a, w in BOARD
    ),
    "question and answer": lambda: (
        "<ul>"
        + "".join(
            f"<li><h5>{t}</h5><p>问：{q}</p><p>网友 {d}</p>" + _replied(a, w, "<p>答：{}</p><p>旗公安局 {}</p>") + "</li>"
            for t, d, q, a, w in BOARD
        )
        + "</ul>"
    ),
    "no label at the question": lambda: "".join(
        f"<li><div class=title>{t}</div><p>留言时间：{d}</p><p>{q}</p>"
        + _replied(a, w, "<p>回复：{}</p><p>回复时间：{}</p>")
        + "</li>"
        for t, d, q, a, w in BOARD
    ),
    "behind the form that takes letters": lambda: (
        "<form action=/s><p>标题：<input name=t></p><p>内容：<textarea name=b></textarea></p></form>"
        + BOARDS["a container each"]()
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", BOARDS)
def test_every_letter_of_a_board_without_links(shape: str) -> None:
    got = page("<h1>局长信箱</h1>" + BOARDS[shape]())
    assert [(one.title, str(one.asked), str(one.answered or ""), one.has_answer) for one in got.letters] == [
        ("咨询户口迁移的手续", "2026-01-05", "2026-01-09", True),
        ("反映路灯不亮的问题", "2026-01-06", "", False),
        ("咨询低保申请的条件", "2026-02-06", "2026-02-07", True),
    ]
    assert {one.url for one in got.letters} == {got.url}
    assert got.letter_detail is None


def test_the_state_of_a_board_entry_is_no_answer() -> None:
    entry = "<div class=ly><h4>{}</h4><p><span>来信时间：2026-01-05</span> <span>处理情况：{}</span></p><div><b>来信内容：</b>请问如何办理？</div></div>"
    got = page(
        entry.format("咨询户口迁移", "已受理，办理中") + entry.format("咨询低保申请", "回复完毕")
    ).letters
    assert [(one.state, one.has_answer) for one in got] == [("已受理，办理中", False), ("回复完毕", True)]


def test_a_board_that_a_script_may_fill_leaves_silence_open() -> None:
    script = "<script>$.get('/api/reply',function(d){})</script>"
    got = page(BOARDS["a container each"]() + script).letters
    assert [one.has_answer for one in got] == [True, None, True]


def test_no_answer_anywhere_and_no_state_is_left_open() -> None:
    entry = "<div><h4>{}</h4><p>来信时间：2026-01-05</p><p>来信内容：请问如何办理？</p></div>"
    got = page(entry.format("咨询户口迁移") + entry.format("咨询低保申请")).letters
    assert [one.has_answer for one in got] == [None, None]


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"<p>问：第{n}项如何办理？</p><p>答：请到窗口办理。</p>" for n in range(5)),
        "".join(f"<div><p>留言内容：</p><p>答复内容：</p><i>{n}</i></div>" for n in range(5)),
        "<h2>留言须知</h2><p>咨询：请留下电话</p><p>投诉：请拨打12345</p><p>建议：请来信</p>",
    ],
    ids=["answers to common questions", "empty templates", "how to write"],
)
def test_what_only_looks_like_a_board(body: str) -> None:
    assert page(f"<h1>互动交流</h1>{body}").letters == ()


def test_numbers_of_people_stay_out_of_board_rows() -> None:
    entry = "<div><p>留言时间：2026-01-0{0}</p><p>留言内容：我的电话1390000111{0}，请问如何办理？</p><p>答复内容：您好，请到窗口办理。</p></div>"
    got = page(entry.format(1) + entry.format(2)).letters
    assert [one.title for one in got] == ["我的电话***，请问如何办理？"] * 2


def test_a_board_as_long_as_a_book_is_bounded() -> None:
    entry = "<div><h4>咨询户口迁移</h4><p>留言时间：2026-01-05</p><p>留言内容：请问{}？</p><p>答复内容：您好，请到窗口办理。</p></div>"
    assert len(page("".join(entry.format(n) for n in range(290))).letters) == 290
    assert page("".join(entry.format(n) for n in range(301))).letters == ()
    assert page("".join(entry.format(n) for n in range(5_000))).letters == ()
    deep = "<div>" * 400 + "".join(entry.format(n) for n in range(3)) + "</div>" * 400
    assert len(page(deep).letters) == 3
