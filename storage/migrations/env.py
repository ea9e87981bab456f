"""What Alembic runs: the caller's connection, and inside the caller's transaction."""

from typing import Any, Literal

from alembic import context

from storage.tables import Base
from storage.types import UTCDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration stays what it was when the code's own types change, so it names plain ones."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
)
context.run_migrations()
