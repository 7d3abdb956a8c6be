"""Whether the rows of an import may stand together: every reference has its target, and the units form a tree.

Rows are looked at against what is filed already and what the same import brings. Where bad rows are skipped,
rows that lean on a skipped row are skipped too, each with its own reason; where they are not, only the root of
the trouble is reported.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from registry.divisions import DIVISIONS as BUILT_IN
from registry.reading import FiledRow, KindRead

Standing = Mapping[str, Mapping[str, Any]]  # kind name -> key -> plain record as it stands now


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a record of another kind."""

    attribute: str
    kinds: tuple[str, ...]
    title: str


REFERENCES: Mapping[str, tuple[Reference, ...]] = {
    "sites": (Reference("unit_id", ("units",), "主办单位"),),
    "accounts": (Reference("unit_id", ("units",), "主办单位"),),
    "columns": (Reference("site_code", ("sites",), "网站"),),
    "posts": (Reference("account_id", ("accounts",), "账号"),),
    "outages": (Reference("target", ("sites", "accounts"), "对象"),),
}
TREES: Mapping[str, str] = {"divisions": "parent", "units": "parent_id"}


def check_references(reads: Mapping[str, KindRead], standing: Standing, *, skip_bad_rows: bool) -> None:
    """Take rows with dangling references or in cycles out of `reads` and book them as problems.

    `reads` is by kind name, in the order divisions, units, sites, accounts, columns, posts, outages.
    """
    known: dict[str, set[str]] = {name: set(records) for name, records in standing.items()}
    known.setdefault("divisions", set()).update(BUILT_IN)
    for name, read in reads.items():
        forgiven = set() if skip_bad_rows else read.bad_keys
        if name in TREES:
            check_tree(read, standing.get(name, {}), known[name] | forgiven, TREES[name])
        for reference in REFERENCES.get(name, ()):
            check_targets(read, reference, known)
        known.setdefault(name, set()).update(row.key for row in read.rows)
        if not skip_bad_rows:
            known[name] |= read.bad_keys


def take_out(read: KindRead, bad: Mapping[str, str], attribute: str) -> None:
    """Book the rows with these keys as bad, each with its reason."""
    for row in read.rows:
        if row.key in bad:
            read.refuse(row, attribute, bad[row.key])
    read.rows = [row for row in read.rows if row.key not in bad]


def check_targets(read: KindRead, reference: Reference, known: Mapping[str, Collection[str]]) -> None:
    """Refuse rows whose reference names nothing that is filed."""
    bad: dict[str, str] = {}
    for row in read.rows:
        target = row.values.get(reference.attribute)
        if target is not None and not any(target in known.get(kind, ()) for kind in reference.kinds):
            bad[row.key] = f"{reference.title}不在登记库中，本次导入也没有"
    take_out(read, bad, reference.attribute)


def check_tree(read: KindRead, standing: Mapping[str, Any], known: Collection[str], attribute: str) -> None:
    """Refuse rows whose parent is unknown, and rows that close a circle, until the rest forms a tree."""
    while True:
        before = len(read.rows)
        refuse_orphans(read, known, attribute)
        refuse_circles(read, standing, attribute)
        if len(read.rows) == before:
            return


def refuse_orphans(read: KindRead, known: Collection[str], attribute: str) -> None:
    """Refuse rows whose parent is neither filed nor in the file, and everything that hangs on them."""
    own = {row.key for row in read.rows}
    children: defaultdict[str, list[FiledRow]] = defaultdict(list)
    bad: dict[str, str] = {}
    queue: deque[str] = deque()

    def refuse(row: FiledRow) -> None:
        if row.key not in bad:
            bad[row.key] = f"{read.kind.field(attribute).heading}不在登记库中，本次导入也没有"
            if row.key not in known:
                queue.append(row.key)

    for row in read.rows:
        parent = row.values.get(attribute)
        if parent is None:
            continue
        children[parent].append(row)
        if parent not in own and parent not in known:
            refuse(row)
    while queue:
        for row in children[queue.popleft()]:
            refuse(row)
    take_out(read, bad, attribute)


def refuse_circles(read: KindRead, standing: Mapping[str, Any], attribute: str) -> None:
    """Refuse the rows of this file that lie on a circle of parents."""
    parents: dict[str, str | None] = {key: getattr(record, attribute) for key, record in standing.items()}
    for row in read.rows:
        if attribute in row.values:
            parents[row.key] = row.values[attribute]
        else:
            parents.setdefault(row.key, None)
    circle = on_circles(parents.get, parents)
    reason = "上级关系成环，最终又指回自己"
    take_out(read, {row.key: reason for row in read.rows if row.key in circle}, attribute)


def on_circles(parent_of: Callable[[str], str | None], keys: Collection[str]) -> set[str]:
    """The keys that lie on a circle, found in one walk over all chains."""
    done: set[str] = set()
    circles: set[str] = set()
    for start in keys:
        trail: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in trail:
            trail[at] = None
            at = parent_of(at)
        if at is not None and at in trail:
            steps = list(trail)
            circles.update(steps[steps.index(at) :])
        done.update(trail)
    return circles
