"""second release."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text("'1970-01-01 00:00:00'"), nullable=False))
        batch_op.create_index('ix_batches_due_at', ['due_at'], unique=False, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_mail_waits', ['channel', 'followed', 'next_try_at'], unique=False, sqlite_where=sa.text('NOT given_up AND sent_on IS NULL'), postgresql_where=sa.text('NOT given_up AND sent_on IS NULL'))

    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.create_index('ix_owed_unsettled', ['kind', 'due'], unique=False, sqlite_where=sa.text('settled_on IS NULL'), postgresql_where=sa.text('settled_on IS NULL'))

