"""Reading the examples of indicators: TOML files named good-*, bad-* and unobserved-*.

An example holds `says`, `answer`, optionally `as_of`, `subject`, `reason_has`, `findings` (how many) and the
facts: `facts` (of a site or an account) and `visits`. To keep the files short
- `seen = "http://…"` stands for a whole `Seen`, `gap = "reset"` for a whole `Gap`, and so inside `gaps`;
- an entry of a list with `repeat = 5` stands for five, `{n}` in its texts being their number;
- `days_ago = 15` stands for the day (or moment, for `published_days_ago`) so many days before `as_of`.
Unknown keys are refused, so that a misspelt one cannot make a test pass.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from checks.facts import AccountFacts, SiteFacts, Subject, TargetKind, Visit, VisitLedger
from checks.model import Verdict
from checks.runner import judge_account, judge_site
from checks.spans import SHANGHAI
from checks.system import System

FOLDER = Path(__file__).parent
AS_OF = datetime(2026, 9, 24, 9, 0, tzinfo=SHANGHAI)
HOME = "http://www.example.gov.cn/"
ANSWERS = {"good": "pass", "bad": "fail", "unobserved": "unobserved"}


@dataclass(frozen=True, slots=True)
class Example:
    """One example: where it lies, what it says, what is expected of it, and its data."""

    path: Path
    code: str
    says: str
    answer: str
    reason_has: tuple[str, ...]
    findings: int | None
    data: dict[str, Any]

    def judge(self, system: System) -> Verdict:
        """The verdict of the example's indicator over its facts."""
        as_of = self.data.get("as_of", AS_OF)
        facts = self.data.get("facts")
        subject = _subject(self.code, self.data.get("subject", {}))
        if subject.kind is TargetKind.SITE:
            made = None if facts is None else _convert(_site(facts, as_of), SiteFacts)
            visits = self.data.get("visits")
            ledger = None if visits is None else _visits(visits, as_of)
            verdicts = judge_site(subject, made, ledger, system, as_of)
        else:
            account = (
                None if facts is None else _convert({"target": "A1", **_expand(facts, as_of)}, AccountFacts)
            )
            verdicts = judge_account(subject, account, system, as_of)
        return next(verdict for verdict in verdicts if verdict.indicator == self.code)


def examples() -> list[Example]:
    """All examples, sorted by their path."""
    return [_read(path) for path in sorted(FOLDER.glob("*/*.toml"))]


def _read(path: Path) -> Example:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {"says", "answer", "as_of", "subject", "reason_has", "findings", "facts", "visits"}
    if unknown := set(data) - known:
        raise ValueError(f"{path}: 不认识的键 {sorted(unknown)}")
    return Example(
        path=path,
        code=path.parent.name,
        says=data["says"],
        answer=data["answer"],
        reason_has=tuple(data.get("reason_has", ())),
        findings=data.get("findings"),
        data=data,
    )


def _subject(code: str, changes: dict[str, Any]) -> Subject:
    is_site = code.startswith("W-")
    base = {
        "target": "1500000001" if is_site else "A1",
        "kind": "site" if is_site else "account",
        "name": "某某",
        "level": "自治区",
        "division_code": "150000",
        "unit_id": "U1",
        "unit_name": "某某部门",
        "unit_kind": "部门",
        "outward_service": True,
        "url": HOME if is_site else None,
        "site_kind": "部门网站" if is_site else None,
        "platform": None if is_site else "微信公众号",
    }
    return _convert(base | changes, Subject)


def _site(facts: dict[str, Any], as_of: datetime) -> dict[str, Any]:
    """Site facts; a home page that the example leaves out was read and is in order."""
    fresh = {"title": "消息", "url": HOME + "a.html", "day": as_of.date(), "source": "list_row", "seen": HOME}
    home = {"page": {"url": HOME, "seen": HOME, "items": [fresh]}}
    return _expand({"target": "1500000001", "home": home, **facts}, as_of)


def _visits(entry: dict[str, Any], as_of: datetime) -> VisitLedger:
    """A week of opened visits, `per_day` a day, of which `changes` spoils the `slots` or the first `count`."""
    known = {"days", "per_day", "changes"}
    if unknown := set(entry) - known:
        raise ValueError(f"visits: 不认识的键 {sorted(unknown)}")
    days = tuple(as_of.date() - timedelta(days=back) for back in range(entry.get("days", 7), 0, -1))
    per_day = entry.get("per_day", 20)
    made: list[dict[str, Any]] = []
    for slot in range(len(days) * per_day):
        day = days[slot // per_day]
        planned = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(minutes=slot % per_day)
        made.append(
            {
                "slot": slot,
                "day": day,
                "scheduled": planned,
                "started": planned,
                "seconds": 0.5,
                "status": 200,
            }
            | {"failure": None, "sha256": "cd" * 32}
        )
    for change in entry.get("changes", ()):
        spoiled = dict(change)
        slots = spoiled.pop("slots", None)
        again = spoiled.pop("again", False)
        for slot in slots if slots is not None else range(spoiled.pop("count")):
            if again:
                made.append(
                    made[slot] | {"void": None, "started": made[slot]["started"] + timedelta(hours=2)}
                )
            else:
                made[slot].update({"status": None, "sha256": None} if "failure" in spoiled else {}, **spoiled)
    return VisitLedger(HOME, days, tuple(_convert(visit, Visit) for visit in made))


def _expand(value: Any, as_of: datetime) -> Any:
    if isinstance(value, list):
        return [part for entry in value for part in _repeated(entry, as_of)]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, entry in value.items():
        if key == "seen" and isinstance(entry, str):
            made[key] = {"url": entry, "at": as_of, "sha256": "ab" * 32, "excerpt": "摘录"}
        elif key == "gap" and isinstance(entry, str):
            made[key] = _gap(entry)
        elif key in ("gaps", "channel_gaps"):
            made[key] = [_gap(gap) if isinstance(gap, str) else gap for gap in entry]
        elif key == "days_ago":
            made["day"] = as_of.date() - timedelta(days=entry)
        elif key == "published_days_ago":
            made["published"] = as_of - timedelta(days=entry)
        elif key.endswith("_days_ago"):
            made[key.removesuffix("_days_ago")] = as_of.date() - timedelta(days=entry)
        else:
            made[key] = _expand(entry, as_of)
    return made


def _repeated(entry: Any, as_of: datetime) -> list[Any]:
    if not isinstance(entry, dict) or "repeat" not in entry:
        return [_expand(entry, as_of)]
    rest = {key: part for key, part in entry.items() if key != "repeat"}
    return [_expand(_numbered(rest, number), as_of) for number in range(entry["repeat"])]


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, dict):
        return {key: _numbered(entry, number) for key, entry in value.items()}
    return [_numbered(entry, number) for entry in value] if isinstance(value, list) else value


def _gap(reason: str) -> dict[str, Any]:
    return {"what": "页面", "reason": reason, "ours": True, "url": f"{HOME}{reason}"}


def _convert(data: dict[str, Any], kind: type) -> Any:
    return msgspec.convert(_fitted(data, kind), kind)


def _fitted(data: Any, kind: Any) -> Any:
    """Refuse keys that are no field of the type, and say None where TOML cannot (it has no null)."""
    inner = [entry for entry in (kind, *get_args(kind)) if is_dataclass(entry)]
    if isinstance(data, (list, tuple)):
        return [_fitted(entry, inner[0]) if inner else entry for entry in data]
    if not isinstance(data, dict) or not inner:
        return data
    hints = get_type_hints(inner[0])
    if unknown := set(data) - {entry.name for entry in fields(inner[0])}:
        raise ValueError(f"{inner[0].__name__}: 不认识的键 {sorted(unknown)}")
    empty = {name: None for name, hint in hints.items() if type(None) in get_args(hint)}
    return empty | {key: _fitted(entry, hints[key]) for key, entry in data.items()}


__all__ = ["ANSWERS", "AS_OF", "FOLDER", "Example", "examples"]
