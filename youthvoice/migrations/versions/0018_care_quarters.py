"""care_quarters."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('care_quarters',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_care_quarters_site_id_sites')),
    sa.PrimaryKeyConstraint('site_id', 'first', name=op.f('pk_care_quarters'))
    )


def downgrade() -> None:
    op.drop_table('care_quarters')
