"""People's work: reviews, decisions and rectification notices."""
