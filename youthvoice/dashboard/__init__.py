"""The first page of staff (To do), the menu, and the guides."""
