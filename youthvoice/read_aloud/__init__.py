"""What children can hear: people record it text by text; a tablet's own voice is listened to before it may speak."""
