"""How the pages of one site look: choices drawn once from the site's own number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from monitor.rehearsal.plan import SitePlan

ROW_SHAPES = ("span_after", "span_before", "definition", "table", "card", "paragraph", "em")
FULL_DATES = ("dash", "bracket", "dot", "slash", "chinese", "minute", "round")
CLASSES = (
    ("list", "date"), ("news_list", "time"), ("infolist", "rq"), ("gl_list", "fr"), ("zfxxgk_zdgkc", "b"), ("ul_list01", "bt_time"),
    ("pson_list", "sj"), ("comlist", "right_date"), ("xxgk-con", "col-date"), ("default_pgContainer", "bt_date"),
)  # fmt: skip
BODIES = (
    "TRS_Editor",
    "zoom",
    "UCAP-CONTENT",
    "article-content",
    "vsb_content",
    "xl_content",
    "nr",
    "pages_content",
    "BodyLabel",
)


def show_date(form: str, day: date, minute: int) -> str:
    """The day in one of the forms in which lists print it."""
    if form == "bracket":
        return f"[{day:%Y-%m-%d}]"
    if form == "dot":
        return f"{day:%Y.%m.%d}"
    if form == "slash":
        return f"{day.year}/{day.month}/{day.day}"
    if form == "chinese":
        return f"{day:%Y年%m月%d日}"
    if form == "minute":
        return f"{day:%Y-%m-%d} {minute // 60:02d}:{minute % 60:02d}"
    if form == "round":
        return f"（{day:%Y-%m-%d}）"
    if form == "short":
        return f"{day:%m-%d}"
    return f"{day:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Look:
    """The choices. `date_form` empty: lists of this site print no date."""

    row: str
    date_form: str
    article_date: str
    list_class: str
    date_class: str
    body_class: str
    relative: bool
    hot: bool
    clock: bool
    weather: bool
    flat_menu: bool
    tabs: bool
    guide_layout: str
    seed: int


def look_of(site: SitePlan) -> Look:
    """The look of a site, the same whenever it is asked for."""
    random = Random(site.style)
    list_class, date_class = random.choice(CLASSES)
    row = random.choice(ROW_SHAPES)
    if site.family == "tables":
        row = random.choice(("table", "table_font"))
    date_form = random.choice(FULL_DATES)
    case = site.cases.get("W-V3", "")
    plain = not site.cases and site.family in ("dated", "nineteen", "script_footer")
    if plain and random.random() < 0.12:
        date_form = "short"
    return Look(
        row=row, date_form=date_form if site.home_dated else "",
        article_date=random.choice(("dash", "minute", "minute", "chinese", "slash", "dot")) if site.articles_dated else "",
        list_class=list_class, date_class=date_class, body_class=random.choice(BODIES), relative=random.random() < 0.5,
        hot=random.random() < 0.5 or site.cases.get("W-V4") == "sidebar_is_fresh",
        clock=random.random() < 0.6 or case == "home_only_weather_is_new",
        weather=random.random() < 0.5 or case == "home_only_weather_is_new", flat_menu=random.random() < 0.4,
        tabs=random.random() < 0.3, guide_layout=random.choice(("table", "list", "sections", "tabs", "paragraphs", "grid")),
        seed=site.style,
    )  # fmt: skip
