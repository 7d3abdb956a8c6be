"""Who gave the final review of an account: the sponsor's side, or a contractor."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from registry.model import Account, Register, Unit


def same_name(name: str) -> str:
    """An organisation's name as it is compared: half width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def unit_line(unit: Unit, register: Register) -> Iterator[Unit]:
    """A unit and every unit above it, lowest first; a broken line ends where it breaks."""
    seen: set[str] = set()
    at: Unit | None = unit
    while at is not None and at.unit_id not in seen:
        seen.add(at.unit_id)
        yield at
        at = register.units.get(at.parent_id) if at.parent_id is not None else None


def final_review_by_contractor(account: Account, register: Register) -> bool | None:
    """Whether the final review of an account lies with a contractor; None: only a person can tell.

    True where the organisation is the account's operator, or is neither the sponsor, one of its aliases, nor a
    unit above it. The sponsor's own name always clears, also where it stands as operator. None where no final
    reviewer, no organisation or no sponsor is on file, and where the organisation begins with the sponsor's full
    name (an inner office such as X局办公室) without being the operator.
    """
    unit = register.units.get(account.unit_id)
    if account.final_review is None or account.final_review.organisation is None or unit is None:
        return None
    organisation = same_name(account.final_review.organisation)
    own = {same_name(name) for above in unit_line(unit, register) for name in (above.name, *above.aliases)}
    if organisation in own:
        return False
    if account.operator is not None and organisation == same_name(account.operator):
        return True
    return None if organisation.startswith(same_name(unit.name)) else True
