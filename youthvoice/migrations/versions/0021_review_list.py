"""review_list."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reviews_site_id'))
        batch_op.create_index('ix_reviews_list', ['site_id', 'day', 'id', 'version', 'decided_on'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index('ix_reviews_list')
        batch_op.create_index(batch_op.f('ix_reviews_site_id'), ['site_id'], unique=False)

