"""Make an installation on this machine: settings, user, folders, services, first people."""
