"""groups_apart."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('asked_groups',
    sa.Column('identity', sa.String(length=64), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('group_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_asked_groups_batch_id_batches')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_asked_groups_site_id_sites')),
    sa.PrimaryKeyConstraint('identity', 'site_id', 'period', 'group_id', name=op.f('pk_asked_groups'))
    )
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('apart', sa.Integer(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.drop_column('apart')

    op.drop_table('asked_groups')
