"""How the installation is: one list for `youthvoice doctor`, a page of staff and a watcher of the machine."""
