"""Everyday choices: one adult prepares one, an advocate approves it, and the children's board shows it."""
