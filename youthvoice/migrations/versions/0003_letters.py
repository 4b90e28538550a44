"""letters."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('letter_clocks',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_letter_clocks_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'day', name=op.f('pk_letter_clocks'))
    )
    with op.batch_alter_table('wraps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tag', sa.LargeBinary(length=16), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('wraps', schema=None) as batch_op:
        batch_op.drop_column('tag')

    op.drop_table('letter_clocks')
