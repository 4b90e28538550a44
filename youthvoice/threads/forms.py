"""Forms of letters: shape and error words, no I/O."""

from flask_wtf import FlaskForm

from youthvoice.staff.second import SecondAdultForm


class HoldForm(SecondAdultForm, FlaskForm):
    """Two advocates sign that a letter is kept past its end, or is not any more."""
