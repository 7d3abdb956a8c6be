"""New-media accounts seen through feeds, app-store answers and handed-in post lists, one module a source."""
