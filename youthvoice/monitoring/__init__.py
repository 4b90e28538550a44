"""How the installation is: one list for `flask doctor`, a page of staff and a watcher of the machine."""
