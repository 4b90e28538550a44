"""What children can hear: people record it text by text; a tablet's own voice is listened to before it may speak.

texts              which texts there are: the real pages are made, and what passes through `heard` is noted
states             recorded, recorded for other words, or missing
forms, words       shapes of the forms; what codes are called
routes             recording
tablet_routes      listening to a tablet's own voice
"""
