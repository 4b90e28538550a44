"""What every page shares: layout, security headers, languages, pictures, rate limits and error pages."""
