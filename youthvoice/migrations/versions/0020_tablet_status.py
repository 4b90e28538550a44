"""tablet_status."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('box_envelopes',
    sa.Column('sheet', sa.LargeBinary(length=16), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sheet', name=op.f('pk_box_envelopes')),
    sqlite_with_rowid=False
    )
    op.create_table('box_pages',
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_box_pages'))
    )
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('status', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('status_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('shown', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('emptied_at', sa.DateTime(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.drop_column('emptied_at')
        batch_op.drop_column('shown')
        batch_op.drop_column('status_at')
        batch_op.drop_column('status')

    op.drop_table('box_pages')
    op.drop_table('box_envelopes')
