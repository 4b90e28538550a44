"""Work of adults around a review: carry it, invite people, report a danger, end it."""
