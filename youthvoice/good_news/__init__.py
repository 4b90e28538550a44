"""Good news: a child tells what was good, to advocates; in their words it goes on the board once two adults agree."""
