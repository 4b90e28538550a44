"""A telephone line of a site: a child presses her seven keys and hears what was answered."""
