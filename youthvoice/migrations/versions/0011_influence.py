"""influence."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('influence_years',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('locked', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_influence_years'))
    )


def downgrade() -> None:
    op.drop_table('influence_years')
