"""Pages as a whole: made beforehand, or not sent again."""
