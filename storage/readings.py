"""A plan's reading and the changes made to it as JSON for the database, and back again."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.domain.reading import PlanReading, Remark


@cache
def _of_reading() -> TypeAdapter[PlanReading]:
    return TypeAdapter(PlanReading)


@cache
def _of_remark() -> TypeAdapter[Remark]:
    return TypeAdapter(Remark)


def to_json(reading: PlanReading) -> dict[str, Any]:
    """The whole reading as plain JSON values."""
    kept: dict[str, Any] = _of_reading().dump_python(reading, mode="json")
    return kept


def from_json(kept: dict[str, Any]) -> PlanReading:
    """The reading that `to_json` made."""
    return _of_reading().validate_python(kept)


def remark_to_json(remark: Remark) -> dict[str, Any]:
    """A change's code and params as plain JSON values."""
    kept: dict[str, Any] = _of_remark().dump_python(remark, mode="json")
    return kept


def remark_from_json(kept: dict[str, Any]) -> Remark:
    """The change that `remark_to_json` made."""
    return _of_remark().validate_python(kept)
