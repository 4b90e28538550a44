"""questionnaires_sent_back."""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('questionnaires', schema=None) as batch_op:
        batch_op.add_column(sa.Column('back_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('back_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('back_reason', sa.String(length=600), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_on', sa.Date(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('questionnaires', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_on')
        batch_op.drop_column('back_reason')
        batch_op.drop_column('back_on')
        batch_op.drop_column('back_by')

