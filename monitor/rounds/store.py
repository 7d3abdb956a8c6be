"""Reading what a round froze and what its ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Engine, select
from sqlmodel import Session

from checks.facts import Subject, TargetKind
from checks.system import System
from monitor.ledger.codec import unpack_register
from monitor.ledger.tables import ROUNDS, TARGETS, Round, RoundTarget
from monitor.rounds.adopted import frozen_system
from monitor.rounds.errors import NoSuchRound
from registry.model import Account, Register, Site


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round with its frozen register and system at hand."""

    row: Round
    register: Register
    system: System
    targets: tuple[RoundTarget, ...]

    @property
    def round_id(self) -> str:
        """The round's name."""
        return self.row.round_id

    def drawn(self, kind: str) -> list[RoundTarget]:
        """The drawn targets of a kind that are to be looked at, sorted by their identifier."""
        return [one for one in self.targets if one.kind == kind and one.drawn and one.exempt is None]

    def subject(self, target: RoundTarget) -> Subject:
        """The target as the frozen registry describes it."""
        if target.kind == "site":
            return site_subject(self.register, self.register.sites[target.target])
        return account_subject(self.register, self.register.accounts[target.target])

    def subjects(self, kind: str) -> Iterator[Subject]:
        """The subjects of all drawn targets of a kind."""
        return (self.subject(target) for target in self.drawn(kind))


def open_round(engine: Engine, round_id: str) -> OpenRound:
    """Everything frozen of a round; NoSuchRound where there is none of that name."""
    with Session(engine, expire_on_commit=False) as session:
        row = session.get(Round, round_id)
        if row is None:
            known = "、".join(session.execute(select(ROUNDS.c.round_id)).scalars()) or "尚无"
            raise NoSuchRound(f"没有轮次 {round_id} (已有: {known})")
        query = select(RoundTarget).where(TARGETS.c.round_id == round_id)
        targets = session.execute(query.order_by(TARGETS.c.kind, TARGETS.c.target)).scalars().all()
        session.expunge_all()
    return OpenRound(
        row=row,
        register=unpack_register(row.snapshot),
        system=frozen_system(row.system_text, f"{row.system_name}.toml"),
        targets=tuple(targets),
    )


def site_subject(register: Register, site: Site) -> Subject:
    """A site as rules see it."""
    base = _of_unit(register, site.unit_id, site.site_code, TargetKind.SITE, site.name)
    return replace(base, url=site.url, site_kind=site.site_kind.value)


def account_subject(register: Register, account: Account) -> Subject:
    """An account as rules see it."""
    base = _of_unit(register, account.unit_id, account.account_id, TargetKind.ACCOUNT, account.name)
    return replace(base, url=account.source_url, platform=account.platform.value)


def _of_unit(register: Register, unit_id: str, target: str, kind: TargetKind, name: str) -> Subject:
    unit = register.units[unit_id]
    return Subject(
        target=target,
        kind=kind,
        name=name,
        level=unit.level.value,
        division_code=unit.division_code,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        unit_kind=unit.kind.value,
        outward_service=unit.outward_service,
    )
