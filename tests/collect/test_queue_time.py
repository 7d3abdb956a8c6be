"""The address queues under a clock that runs on while they look."""

from __future__ import annotations

from monitor.collect.politeness import AddressQueues


class _Contended:
    """Another process holds every slot of the address."""

    def __init__(self) -> None:
        self.asked = 0

    def acquire(self, address: str, now: float) -> tuple[int, float]:
        self.asked += 1
        return -1, 0.0

    def release(self, address: str, slot: int) -> None:
        raise AssertionError("nothing was acquired")


class _RunningClock:
    """Every look at it takes a tenth of a second, as on a machine that others use."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        self.moment += 0.1
        return self.moment


def test_a_contended_address_is_tried_once_a_turn_however_slow_the_clock_is_read() -> None:
    turns = _Contended()
    queues: AddressQueues[str] = AddressQueues(4, 0.0, 100, turns, _RunningClock())
    queues.put("127.0.0.9", "a.example.cn", "x")
    assert queues.take() is None
    assert turns.asked == 1
    assert queues.take() is None
    assert turns.asked == 2
    assert queues.waiting == 1


def test_an_address_with_a_pace_ends_the_turn_too() -> None:
    queues: AddressQueues[str] = AddressQueues(4, 20.0, 100, None, _RunningClock())
    for item in "abc":
        queues.put("127.0.0.9", "a.example.cn", item)
    taken = [queues.take() for _ in range(3)]
    assert [one.item for one in taken if one is not None] == ["a", "b", "c"]
