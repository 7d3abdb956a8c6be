"""What a person should look at in the registry: a warning, never a reason to refuse a filing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concern:
    """One warning: a stable code, the kind of target (unit, site, account, division), its identifier, the words."""

    code: str
    kind: str
    target: str
    text: str

    def __str__(self) -> str:
        return f"{self.target}：{self.text}［{self.code}］"
