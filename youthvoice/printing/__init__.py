"""Printing: documents typeset as tagged PDF in the languages of a site; the work process makes and stores them."""
