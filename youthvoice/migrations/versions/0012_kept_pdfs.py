"""kept PDFs."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kept_pdfs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=True),
    sa.Column('locked', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=12), server_default='asked', nullable=False),
    sa.Column('asked', sa.Boolean(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_pdfs')),
    sa.UniqueConstraint('kind', 'subject', 'language', name=op.f('uq_kept_pdfs_kind_subject_language'))
    )


def downgrade() -> None:
    op.drop_table('kept_pdfs')
