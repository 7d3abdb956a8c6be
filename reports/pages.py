"""The one Jinja environment: every value is escaped, a missing one is an error, templates compile once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The environment over `reports/templates`, escaping always on."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def template(name: str) -> Template:
    """A compiled template of that file name."""
    return environment().get_template(name)
