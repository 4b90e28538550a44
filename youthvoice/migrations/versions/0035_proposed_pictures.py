"""proposed_pictures."""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('questionnaire_pictures', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proposed', sa.String(length=40), server_default='', nullable=False))
    # Nobody knows whether an advocate ever saw what was chosen: children see a number until one says yes.
    op.execute("UPDATE questionnaire_pictures SET proposed = instead, instead = ''")



def downgrade() -> None:
    with op.batch_alter_table('questionnaire_pictures', schema=None) as batch_op:
        batch_op.drop_column('proposed')

