"""Filler as real pages carry it: style sheets and scripts in the page, cut to the size that is wanted."""

from __future__ import annotations

from functools import cache
from random import Random

MINIMUM, SPREAD = 21_000, 34_000
_PROPERTIES = ("margin:{n}px auto", "padding:0 {n}px", "width:{n}px", "height:{n}px", "line-height:{n}px", "color:#{n:06x}",
               "background:url(/images/bg_{n}.png) no-repeat", "border-bottom:1px solid #{n:06x}", "font-size:{n}px")  # fmt: skip


@cache
def style_stock() -> bytes:
    """About 64 KB of harmless rules; never contains `</`."""
    random = Random("style")
    rules = []
    for number in range(900):
        body = ";".join(random.choice(_PROPERTIES).format(n=random.randint(1, 1200)) for _ in range(3))
        rules.append(f".m{number}-{random.randint(10, 99)} .con{number % 37}{{{body}}}\n")
    return "".join(rules).encode()


@cache
def _cuts() -> tuple[int, ...]:
    stock, cuts, at = style_stock(), [0], 0
    while (at := stock.find(b"\n", at) + 1) > 0:
        cuts.append(at)
    return tuple(cuts)


def filler(wanted: int) -> bytes:
    """A style element of about `wanted` bytes (empty if there is no room for one)."""
    if wanted < 200:
        return b""
    cuts = _cuts()
    index = min(len(cuts) - 1, wanted * len(cuts) // cuts[-1])
    return b'<style type="text/css">' + style_stock()[: cuts[index]] + b"</style>"


def wanted_size(number: int) -> int:
    """The size that a page with that number grows to, 21 to 55 KB."""
    return MINIMUM + (number * 2_654_435_761 % (1 << 32)) * SPREAD // (1 << 32)
