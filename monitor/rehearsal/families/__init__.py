"""Site families that differ in how they deliver their lists, articles and addresses."""

from __future__ import annotations

from monitor.rehearsal.families.base import Family
from monitor.rehearsal.families.plain import (
    Dated,
    Navigation,
    Nineteen,
    Openness,
    Query,
    ScriptFooter,
    Shared,
    Tables,
)
from monitor.rehearsal.families.scripted import Hex, JsonUnits, Records
from monitor.rehearsal.plan import SitePlan
from monitor.rehearsal.web.look import look_of


class Mongolian(Dated):
    """Dated lists with an edition in Mongolian script beside them."""

    key = "mongolian"


FAMILIES: dict[str, type[Family]] = {
    family.key: family
    for family in (Dated, Navigation, Nineteen, Openness, Query, ScriptFooter, Shared, Tables, Hex, JsonUnits, Records, Mongolian)
}  # fmt: skip


def family_of(site: SitePlan) -> Family:
    """The family object of a site, with its look."""
    return FAMILIES[site.family](site, look_of(site))
