"""Paper: documents set as tagged PDF in the languages of a site, made by the work process and kept."""
