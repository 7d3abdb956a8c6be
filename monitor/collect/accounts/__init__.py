"""How new-media accounts are seen: one module a source, each small and replaceable."""
