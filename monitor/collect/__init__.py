"""Look once and keep what was seen: fetch politely, read facts from pages and feeds, archive the evidence."""
