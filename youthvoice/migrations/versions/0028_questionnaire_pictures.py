"""questionnaire_pictures."""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('questionnaire_pictures',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_questionnaire_pictures'))
    )


def downgrade() -> None:
    op.drop_table('questionnaire_pictures')
