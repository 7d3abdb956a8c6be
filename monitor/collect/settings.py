"""Every limit under which the service looks at other people's servers, in one frozen place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.collect.errors import CollectError

KILOBYTE = 1024
MEGABYTE = 1024 * 1024


class SettingsError(CollectError):
    """A setting cannot be used; the message says in Chinese which and why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds until connected (TLS included), seconds in all, bytes.

    The connect limit lies inside the total limit. `body_bytes` counts bytes as received, `decoded_bytes`
    what they may unpack to, `head_bytes` all header lines of an answer, interim (1xx) answers included.
    """

    connect_seconds: float = 10.0
    total_seconds: float = 30.0
    body_bytes: int = 16 * MEGABYTE
    decoded_bytes: int = 16 * MEGABYTE
    head_bytes: int = 64 * KILOBYTE
    interim_answers: int = 16


VISIT_LIMITS = Limits(connect_seconds=10.0, total_seconds=15.0)
ROBOTS_BYTES = 512 * KILOBYTE


@dataclass(frozen=True, slots=True)
class NetworkWatchSettings:
    """When failures are taken for a fault of our own network.

    `control_urls` are asked on suspicion where there are any. Else, within `window_seconds`, more than
    `share` of at least `least_addresses` addresses that answered in the last `memory_seconds` must fail
    with the same kind. While the network is away it is tried every `probe_seconds`; after
    `patience_seconds` in all the held fetches end as `our_network`.
    """

    control_urls: tuple[str, ...] = ()
    window_seconds: float = 10.0
    memory_seconds: float = 120.0
    share: float = 0.4
    least_addresses: int = 5
    probe_seconds: float = 2.0
    patience_seconds: float = 900.0


@dataclass(frozen=True, slots=True)
class CollectSettings:
    """How a run collects.

    `connections_per_address` and `requests_per_second` (0: no rate) count per IP address connected to;
    `total_connections` counts per process. `retry_seconds` is the least rest before a temporary failure is
    asked again, `retries` how often. `evidence` is the folder of the WARC files. `processes` is the number
    of workers, `worker_memory` what one may occupy (bytes, 0: no limit), `parser_seconds` how long one page
    may be parsed. `contact` is printed in the User-Agent.
    """

    evidence: Path
    connections_per_address: int = 2
    requests_per_second: float = 2.0
    total_connections: int = 1200
    limits: Limits = Limits()
    visit_limits: Limits = VISIT_LIMITS
    visit_bytes: int = 4 * MEGABYTE
    max_redirects: int = 10
    pages_per_site: int = 1500
    asks_per_site: int = 20_000
    waves_per_site: int = 64
    depth: int = 4
    retry_seconds: float = 5.0
    retries: int = 1
    breaker_timeouts: int = 2
    max_rest_seconds: float = 60.0
    honour_robots: bool = True
    network: NetworkWatchSettings = NetworkWatchSettings()
    user_agent_name: str = "Mozilla/5.0 (compatible; GovSiteMonitor/1.0; +{contact})"
    contact: str = "mailto:monitor@localhost"
    hosts_file: Path | None = None
    ca_file: Path | None = None
    processes: int = 2
    worker_memory: int = 2048 * MEGABYTE
    parser_seconds: float = 20.0
    commit_seconds: float = 2.0
    commit_rows: int = 2000

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value < least:
                raise SettingsError(f"采集设置 {name} 不能小于 {least}, 实为 {value}")
        for limits in (self.limits, self.visit_limits):
            if not 0 < limits.connect_seconds <= limits.total_seconds:
                raise SettingsError("连接时限应大于 0 且不超过总时限")
        if any(ord(character) < 32 for character in self.user_agent):
            raise SettingsError("联系方式中不能有控制字符")

    @property
    def user_agent(self) -> str:
        """The User-Agent header, with the contact inside."""
        return self.user_agent_name.replace("{contact}", self.contact)

    def printed(self) -> dict[str, object]:
        """The settings as plain values, to be printed with the run."""
        return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(self).items()}


_LEAST: dict[str, float] = {
    "connections_per_address": 1,
    "requests_per_second": 0,
    "total_connections": 1,
    "max_redirects": 0,
    "pages_per_site": 1,
    "asks_per_site": 1,
    "waves_per_site": 1,
    "retries": 0,
    "retry_seconds": 0,
    "breaker_timeouts": 1,
    "processes": 1,
    "parser_seconds": 0.1,
    "commit_rows": 1,
}
