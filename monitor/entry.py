"""The console script's door: it imports nothing of ours until it is called.

Workers of the collector start anew and import the main module once more; what they do not need must not
stand there.
"""

from __future__ import annotations


def main() -> None:
    """Run the `monitor` command."""
    from monitor.cli import main as run

    run()
