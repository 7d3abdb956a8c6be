"""Units of four levels, and which of them sponsor the sites: numbers that add up exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from monitor.rehearsal.errors import PlanError
from monitor.rehearsal.places import REGION_CODE, Place, banners, leagues, place_of
from monitor.rehearsal.plan import UnitPlan

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FULL_SITES = 558

DEPARTMENTS = (
    ("发展和改革委员会", "发改委", "fgw"), ("教育局", "教育局", "jyj"), ("科学技术局", "科技局", "kjj"),
    ("工业和信息化局", "工信局", "gxj"), ("民族事务委员会", "民委", "mw"), ("公安局", "公安局", "gaj"),
    ("民政局", "民政局", "mzj"), ("司法局", "司法局", "sfj"), ("财政局", "财政局", "czj"),
    ("人力资源和社会保障局", "人社局", "rsj"), ("自然资源局", "自然资源局", "zrzyj"), ("生态环境局", "生态环境局", "sthjj"),
    ("住房和城乡建设局", "住建局", "zjj"), ("交通运输局", "交通局", "jtj"), ("水利局", "水利局", "slj"),
    ("农牧局", "农牧局", "nmj"), ("商务局", "商务局", "swj"), ("文化和旅游局", "文旅局", "wlj"),
    ("卫生健康委员会", "卫健委", "wjw"), ("退役军人事务局", "退役军人局", "tyjrj"), ("应急管理局", "应急局", "yjj"),
    ("审计局", "审计局", "sjj"), ("国有资产监督管理委员会", "国资委", "gzw"), ("市场监督管理局", "市监局", "scjgj"),
    ("体育局", "体育局", "tyj"), ("统计局", "统计局", "tjj"), ("林业和草原局", "林草局", "lcj"),
    ("医疗保障局", "医保局", "ybj"), ("政务服务与数据管理局", "政数局", "zsj"), ("信访局", "信访局", "xfj"),
    ("能源局", "能源局", "nyj"), ("城市管理综合执法局", "城管局", "cgj"), ("外事办公室", "外事办", "wsb"),
    ("乡村振兴局", "乡村振兴局", "xczxj"), ("粮食和物资储备局", "粮储局", "lcb"),
)  # fmt: skip
REGION_EXTRA = (
    ("药品监督管理局", "药监局", "yjjg"), ("广播电视局", "广电局", "gdj"), ("监狱管理局", "监狱局", "jyglj"),
    ("矿山安全监察局", "矿监局", "ksj"), ("地震局", "地震局", "dzj"), ("机关事务管理局", "机关局", "jgsw"),
    ("人民防空办公室", "人防办", "rfb"), ("疾病预防控制局", "疾控局", "jkj"), ("知识产权局", "知产局", "zcj"),
    ("公共资源交易中心", "交易中心", "ggzy"), ("文物局", "文物局", "wwj"), ("参事室", "参事室", "css"),
)  # fmt: skip
INSTITUTIONS = (
    ("融媒体中心", "融媒"), ("图书馆", "图书馆"), ("疾病预防控制中心", "疾控中心"), ("不动产登记中心", "不动产"), ("气象服务中心", "气象"),
)  # fmt: skip
TING = frozenset(name for name, _, _ in DEPARTMENTS[:22] if name.endswith("局"))
BANNER_DEPARTMENTS = (0, 1, 5, 6, 7, 9, 15, 17, 18, 20, 23)
TOWNS = ("巴彦", "乌兰", "哈达", "宝力格", "查干", "白音", "新民", "胡硕")
NO_OUTWARD = frozenset(
    {"审计局", "机关事务管理局", "参事室", "外事办公室", "统计局", "国有资产监督管理委员会", "信访局"}
)


@dataclass(frozen=True, slots=True)
class SiteSeat:
    """A unit that has a site: whether it is a portal, and the first label of a department's host."""

    unit: UnitPlan
    portal: bool
    label: str


def credit_code(division: str, serial: int) -> str:
    """A unified social credit code of the right form (GB 32100) for a made-up body."""
    body = f"{serial:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True)) % 11
    check = {10: "X", 11: "0"}.get(rest, str(rest))
    code = f"11{division}{body}{check}"
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + _SIGNS[(31 - total % 31) % 31]


def _as_region(name: str) -> str:
    """The region calls the older of its departments 厅."""
    return name.removesuffix("局") + "厅" if name in TING else name


class _Maker:
    """Makes units one after another, each with its own serial."""

    def __init__(self) -> None:
        self.serial = 10_000_000

    def make(self, place: Place, name: str, short: str, parent: str, kind: str, level: str = "") -> UnitPlan:
        self.serial += 7
        core = name.removeprefix(place.name)
        core = core[:-1] + "局" if core.endswith("厅") else core
        return UnitPlan(
            unit_id=credit_code(place.code, self.serial), name=name, short=short, level=level or place.level,
            division=place.code, parent_id=parent, kind=kind, outward=core not in NO_OUTWARD,
            aliases=(f"{place.short}{short}",) if self.serial % 3 == 0 else (),
        )  # fmt: skip


def _place_units(maker: _Maker, place: Place, government: str) -> Iterator[tuple[UnitPlan, str]]:
    """The units below one government, each with its host label (empty: it never has a site)."""
    office = {"自治区": "人民政府办公厅", "盟市": "人民政府办公室", "旗县": "人民政府办公室"}[place.level]
    yield maker.make(place, place.name + office, "政府办", government, "办公厅(室)"), ""
    departments = [*DEPARTMENTS]
    if place.level == "自治区":
        departments = [
            (_as_region(name), short, label) for name, short, label in (*DEPARTMENTS, *REGION_EXTRA)
        ]
    if place.level == "旗县":
        departments = [DEPARTMENTS[position] for position in BANNER_DEPARTMENTS]
    for name, short, label in departments:
        host = "" if place.level == "旗县" else label
        yield maker.make(place, place.name + name, short, government, "部门"), host
    if place.level == "盟市":
        for name, short in INSTITUTIONS:
            yield maker.make(place, place.name + name, short, government, "事业单位"), ""
        zone = f"{place.short}经济技术开发区管理委员会"
        yield maker.make(place, zone, "开发区", government, "派出机构"), "kfq"
    if place.level == "旗县":
        for town in Random(place.code).sample(TOWNS, 5):
            full = f"{place.name}{town}镇人民政府"
            yield maker.make(place, full, f"{town}镇", government, "政府", level="乡镇"), ""


def _government(maker: _Maker, place: Place, parent: str) -> UnitPlan:
    suffix = "行政公署" if place.name.endswith("盟") else "人民政府"
    return maker.make(place, place.name + suffix, place.short, parent, "政府")


def all_seats() -> tuple[list[SiteSeat], list[UnitPlan]]:
    """Every seat that could have a site (portals first, top down) and every unit that there is."""
    maker = _Maker()
    seats: list[SiteSeat] = []
    units: list[UnitPlan] = []
    parents: dict[str, str] = {"": ""}
    departments: list[SiteSeat] = []
    for place in (place_of(REGION_CODE), *leagues(), *banners()):
        government = _government(maker, place, parents[place.parent])
        parents[place.code] = government.unit_id
        units.append(government)
        seats.append(SiteSeat(government, True, "www"))
        for unit, label in _place_units(maker, place, government.unit_id):
            units.append(unit)
            if label:
                departments.append(SiteSeat(unit, False, label))
    return seats + departments, units


def _portal_numbers(sites: int) -> tuple[int, int]:
    league = min(12, max(1, round(sites / 10)))
    banner = min(103, max(1, round(sites * 103 / _FULL_SITES)))
    return league, banner


def choose_seats(sites: int, random: Random) -> tuple[list[SiteSeat], list[UnitPlan]]:
    """The seats of `sites` sites, with every level among them, and all units of the region.

    Raises PlanError where the number is too small for three levels or larger than the region has seats.
    """
    seats, units = all_seats()
    if not 4 <= sites <= len(seats):
        raise PlanError(f"网站数量须在 4 到 {len(seats)} 之间, 现在是 {sites}")
    league, banner = _portal_numbers(sites)
    by_level = {level: [seat for seat in seats if seat.portal and seat.unit.level == level]
                for level in ("自治区", "盟市", "旗县")}  # fmt: skip
    chosen = by_level["自治区"][:1]
    chosen += sorted(random.sample(by_level["盟市"], league), key=seats.index)
    chosen += sorted(random.sample(by_level["旗县"], banner), key=seats.index)
    rest = sites - len(chosen)
    region = [seat for seat in seats if not seat.portal and seat.unit.level == "自治区"]
    below = [seat for seat in seats if not seat.portal and seat.unit.level == "盟市"]
    of_region = min(len(region), max(1, round(rest * 47 / 442)) if rest > 1 else 0)
    of_region = max(of_region, rest - len(below))
    chosen += sorted(random.sample(region, of_region), key=seats.index)
    chosen += sorted(random.sample(below, rest - of_region), key=seats.index)
    return chosen, units


def choose_units(
    seats: list[SiteSeat], units: list[UnitPlan], wanted: int, random: Random
) -> tuple[UnitPlan, ...]:
    """About `wanted` units: those with sites, everything above them, and others by lot, in the tree's order."""
    known = {unit.unit_id: unit for unit in units}
    taken: set[str] = set()

    def take(unit_id: str) -> None:
        while unit_id and unit_id not in taken:
            taken.add(unit_id)
            unit_id = known[unit_id].parent_id

    for seat in seats:
        take(seat.unit.unit_id)
    pool = [unit.unit_id for unit in units]
    random.shuffle(pool)
    for unit_id in pool:
        if len(taken) >= wanted:
            break
        take(unit_id)
    return tuple(unit for unit in units if unit.unit_id in taken)
