"""The adopted indicator system together with the text of its file, which a round freezes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checks.system import SYSTEMS, System, load_system
from checks.system_file import read_system


@dataclass(frozen=True, slots=True)
class AdoptedSystem:
    """A loaded system and the text that it was read from."""

    system: System
    text: str


def adopted(name_or_path: str) -> AdoptedSystem:
    """Load the system that the settings name; raises `SystemFileError` where it cannot be used."""
    system = load_system(name_or_path)
    given = Path(name_or_path)
    path = given if given.suffix == ".toml" else SYSTEMS / f"{name_or_path}.toml"
    return AdoptedSystem(system, path.read_text(encoding="utf-8"))


def frozen_system(text: str, name: str) -> System:
    """The system that a round froze, from its stored text."""
    return read_system(name, text.encode())
