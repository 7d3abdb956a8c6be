"""When things are due: one leader, ticks that only insert idempotent work, and a worker that does it."""
