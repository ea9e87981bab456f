<%!
def body(code):
    lines = [line for line in (code or "pass").splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines).strip()
%>"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${body(upgrades)}


def downgrade() -> None:
    ${body(downgrades)}
