"""Settings of an office, by key."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from storage.tables import Setting


def read(session: Session, office_id: int, key: str) -> dict[str, Any]:
    """A setting's value; empty when it was never written."""
    row = session.get(Setting, (office_id, key))
    return dict(row.value) if row else {}


def write(session: Session, office_id: int, key: str, value: dict[str, Any]) -> None:
    """Set or replace a setting."""
    row = session.get(Setting, (office_id, key))
    if row is None:
        session.add(Setting(office_id=office_id, key=key, value=value))
    else:
        row.value = value
