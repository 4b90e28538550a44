"""Recorded voices: one clip for each text and language, named by what is said.

naming, sound      pure: how a clip is called; whether bytes are one
models, store      clips that people recorded here
shipped            clips that came with the questionnaires, in `surveys/clips/`
shelf              what this process knows of both; what templates ask while a page is made
gathering          which texts of a page can be heard, for whoever records them
routes             a tablet fetches one
"""
