"""How far a table has grown: its newest id, for readers that go on from where they stopped."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session


def newest_id(session: Session, column: InstrumentedAttribute[int]) -> int:
    """The greatest value of an id column; 0 while the table is empty."""
    return session.scalars(select(column).order_by(column.desc()).limit(1)).first() or 0
