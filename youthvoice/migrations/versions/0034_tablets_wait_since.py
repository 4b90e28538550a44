"""tablets_wait_since."""

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True))
    _begin_with_what_is_known()



def downgrade() -> None:
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.drop_column('waits_since')



def _begin_with_what_is_known() -> None:
    """Nothing waits on a tablet from before it was empty, nor from before it was connected, in whatever time zone."""
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    table = sa.table(
        'tablets',
        sa.column('id', sa.Integer()),
        sa.column('enrolled_on', sa.Date()),
        sa.column('emptied_at', moment),
        sa.column('waits_since', moment),
    )
    for row in connection.execute(sa.select(table).where(table.c.enrolled_on.is_not(None))).all():
        since = row.emptied_at or datetime.combine(row.enrolled_on, time(), UTC) - timedelta(days=1)
        connection.execute(sa.update(table).where(table.c.id == row.id).values(waits_since=since))
