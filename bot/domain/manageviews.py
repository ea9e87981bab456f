"""The coordinator's menu of rare levers, before words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ManageView:
    """管理: the parts that can be opened, by name."""

    card_id: int
    rev: int
    parts: tuple[str, ...]
