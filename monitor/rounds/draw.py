"""The draw: which registered targets a round looks at, computed so that an outsider can do it again.

draw = f(seed, register, lists drawn earlier in the year, inclusions). Inside a stratum the order is
inclusions first, then targets not yet drawn this year, then by sha256("seed|target"); the first
ceil(share × size) are drawn. `docs/draw.md` tells how to recompute it with a spreadsheet.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from monitor.rounds.errors import RoundError
from registry.model import AccountStatus, Inclusion, Level, Register, SiteStatus

QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered target that may be drawn; `exempt` says why it is not to be judged, if so."""

    target: str
    kind: str
    stratum: str
    level: str
    exempt: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the draw: `rank` counts from 1 inside the stratum, `how` says why it is in or out."""

    candidate: Candidate
    rank: int
    drawn: bool
    how: str


@dataclass(frozen=True, slots=True)
class Shares:
    """The share to draw at each level, between 0 and 1."""

    by_level: Mapping[str, float]

    @classmethod
    def parse(cls, text: str) -> Shares:
        """`1`, `0.3` or `自治区=0.3,盟市=1,旗县=1`; a level left out is drawn whole."""
        shares = {level.value: 1.0 for level in Level}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            name, separator, number = part.rpartition("=")
            try:
                share = float(number)
            except ValueError as error:
                raise RoundError(f"抽查比例写法不对: {part!r}, 应写作 0.3 或 自治区=0.3,盟市=1") from error
            if not 0 < share <= 1:
                raise RoundError(f"抽查比例须大于 0 且不超过 1: {part!r}")
            if separator and name not in shares:
                raise RoundError(f"抽查比例中的层级不认识: {name!r}, 可用: {'、'.join(shares)}")
            shares.update({name: share} if separator else dict.fromkeys(shares, share))
        return cls(shares)


def candidates(register: Register) -> list[Candidate]:
    """All running or suspended targets of the register with their strata; closed ones are not registered."""
    found: list[Candidate] = []
    for site in register.sites.values():
        if site.status is SiteStatus.CLOSED:
            continue
        unit = register.units[site.unit_id]
        stratum = "|".join(("site", unit.level.value, league_of(unit.division_code), site.site_kind.value))
        exempt = "临时下线" if site.status is SiteStatus.SUSPENDED else None
        found.append(Candidate(site.site_code, "site", stratum, unit.level.value, exempt))
    for account in register.accounts.values():
        if account.status is AccountStatus.CLOSED:
            continue
        unit = register.units[account.unit_id]
        stratum = "|".join(
            (
                "account",
                unit.level.value,
                league_of(unit.division_code),
                unit.kind.value,
                account.platform.value,
            )
        )
        exempt = "暂停" if account.status is AccountStatus.SUSPENDED else None
        found.append(Candidate(account.account_id, "account", stratum, unit.level.value, exempt))
    return found


def league_of(division_code: str) -> str:
    """The code of the league that a division lies in; the region's own for everything else."""
    return division_code[:4] + "00"


def draw_key(seed: str, target: str) -> str:
    """The number that decides the order inside a stratum: sha256 of `seed|target`, in hex."""
    return hashlib.sha256(f"{seed}|{target}".encode()).hexdigest()


def draw(
    pool: Sequence[Candidate],
    *,
    seed: str,
    shares: Shares,
    inclusions: Sequence[Inclusion] = (),
    drawn_earlier: Collection[str] = (),
    quarter: int = 1,
) -> list[Drawn]:
    """The whole draw, one line a registered target, sorted by stratum and rank.

    `quarter` (1 to 4) says how many rounds of the year are left, this one included; RoundError where an
    inclusion is not registered, or where the year could no longer be covered with these shares.
    """
    wanted = {inclusion.target: inclusion.reason for inclusion in inclusions}
    unknown = sorted(set(wanted) - {candidate.target for candidate in pool})
    if unknown:
        raise RoundError(f"必查名单中有未备案或已关停的对象: {'、'.join(unknown[:10])}")
    earlier = frozenset(drawn_earlier)
    strata: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in pool:
        strata[candidate.stratum].append(candidate)
    _require_coverable(strata, shares, earlier, quarter)
    lines: list[Drawn] = []
    for stratum in sorted(strata):
        lines += _draw_stratum(strata[stratum], seed, shares, wanted, earlier)
    return lines


def _draw_stratum(
    members: Sequence[Candidate],
    seed: str,
    shares: Shares,
    wanted: Mapping[str, str],
    earlier: frozenset[str],
) -> list[Drawn]:
    ordered = sorted(
        members,
        key=lambda one: (
            one.target not in wanted,
            one.target in earlier,
            draw_key(seed, one.target),
            one.target,
        ),
    )
    count = _count(len(ordered), shares.by_level[ordered[0].level])
    lines = []
    for rank, candidate in enumerate(ordered, start=1):
        if candidate.target in wanted:
            lines.append(Drawn(candidate, rank, True, f"必查: {wanted[candidate.target]}"))
        else:
            lines.append(Drawn(candidate, rank, rank <= count, "抽中" if rank <= count else "未抽中"))
    return lines


def _count(size: int, share: float) -> int:
    return ceil(Fraction(str(share)) * size)


def _require_coverable(
    strata: Mapping[str, Sequence[Candidate]], shares: Shares, earlier: frozenset[str], quarter: int
) -> None:
    left = QUARTERS - quarter + 1
    needed: dict[str, float] = {}
    for members in strata.values():
        level = members[0].level
        undrawn = sum(1 for member in members if member.target not in earlier)
        if undrawn > left * _count(len(members), shares.by_level[level]):
            per_round = ceil(undrawn / left)
            needed[level] = max(needed.get(level, 0.0), per_round / len(members))
    if needed:
        shares_needed = "、".join(f"{level} {share:.4f}" for level, share in sorted(needed.items()))
        raise RoundError(
            f"按此比例, 本年度剩余 {left} 轮内无法查遍全部备案对象; 本轮所需的最低比例: {shares_needed}"
        )
