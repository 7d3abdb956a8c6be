"""What goes wrong on our side during the demonstration: our own network fails in the middle of both phases.

The product is told nothing of it; it has to notice. The rehearsal's driver makes the estate unreachable for
some visit slots of one day, and for a few seconds in the middle of the crawl.
"""

from __future__ import annotations

import threading

from monitor.rehearsal.driver import Estate
from monitor.rounds.progress import Listener

SLOTS_DOWN = range(65, 68)
CRAWL_DOWN_AT = 0.4
CRAWL_DOWN_S = 6.0


class Disturbance:
    """Announces visit slots to the estate, and takes our network away at the planned moments.

    Used as the listener of a run (passing every report on) and as its slot hook.
    """

    def __init__(self, estate: Estate, listener: Listener | None, *, network_fails: bool = True) -> None:
        self._estate, self._listener = estate, listener
        self._network_fails = network_fails
        self._crawl_disturbed = False
        self._announced: set[int | None] = set()

    def before_slot(self, slot: int | None) -> None:
        """A slot of the compressed week begins, for the first time or once more, or the week is over."""
        self._estate.slot(slot)
        if self._network_fails:
            first_time = slot not in self._announced
            self._estate.network(down=slot in SLOTS_DOWN and first_time)
            self._announced.add(slot)

    def __call__(self, name: str, done: int, total: int) -> None:
        """A report of progress."""
        if self._listener is not None:
            self._listener(name, done, total)
        if (
            self._network_fails
            and not self._crawl_disturbed
            and name == "crawl"
            and done >= total * CRAWL_DOWN_AT
        ):
            self._crawl_disturbed = True
            self._estate.network(down=True)
            timer = threading.Timer(CRAWL_DOWN_S, self._estate.network, kwargs={"down": False})
            timer.daemon = True
            timer.start()
