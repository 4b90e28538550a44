"""guardian_letters."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('publication_sites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_of', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('told_letters', sa.Integer(), nullable=True))

    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address', sa.String(length=200), server_default='', nullable=False))

    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mail_picture', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('mail_word', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('staff_word', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('ask_number', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('ask_hours', sa.String(length=120), server_default='', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.drop_column('ask_hours')
        batch_op.drop_column('ask_number')
        batch_op.drop_column('staff_word')
        batch_op.drop_column('mail_word')
        batch_op.drop_column('mail_picture')

    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.drop_column('address')

    with op.batch_alter_table('publication_sites', schema=None) as batch_op:
        batch_op.drop_column('told_letters')
        batch_op.drop_column('told_of')

