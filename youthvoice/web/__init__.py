"""Layout, errors, headers, limits, languages, pictures, static files."""
