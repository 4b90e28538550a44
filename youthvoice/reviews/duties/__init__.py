"""What adults owe a review besides deciding: an advocate who carries it, a report in danger, an end."""
