"""`summary.json`: every figure of a round with the rows behind it, for whoever wants to count again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from reports.figures import Figures
from reports.model import Figure, RoundReport


def summary_json(report: RoundReport, figures: Figures, printed: Iterable[str]) -> bytes:
    """UTF-8 JSON: the round, the keys that the bulletin prints, and all figures.

    A counted figure lists the ids of its rows; a ratio names the figures that it was computed from.
    """
    facts = report.round
    content = {
        "round": {
            "round_id": facts.round_id,
            "title": facts.title,
            "number": facts.number,
            "issuer": facts.issuer,
            "as_of": facts.as_of.isoformat(),
            "issued_on": facts.issued_on.isoformat(),
            "system": {
                "name": facts.system_name,
                "version": facts.system_version,
                "digest": facts.system_digest,
            },
            "seed": facts.seed,
            "registry": {"day": facts.registry_day.isoformat(), "digest": facts.registry_digest},
            "rehearsal": facts.rehearsal,
            "hosts_file": facts.hosts_file,
            "draft": facts.draft,
        },
        "printed": sorted(printed),
        "figures": {key: _figure(figure) for key, figure in sorted(figures.by_key.items())},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _figure(figure: Figure) -> dict[str, object]:
    found: dict[str, object] = {
        "label": figure.label,
        "value": float(figure.value) if isinstance(figure.value, Decimal) else figure.value,
        "display": figure.display,
    }
    if figure.derived_from:
        found["derived_from"] = list(figure.derived_from)
    else:
        found["rows"] = list(figure.rows)
    return found
