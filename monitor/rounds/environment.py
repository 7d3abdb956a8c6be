"""What a run needs besides the round itself: settings, the collector's limits, hooks of a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from checks.rules.w_v2_site_unreachable import AvailabilityLimits
from monitor.collect.guard import AddressGuard, HostsFile
from monitor.collect.httpclient import ClientSettings, PlatformClient
from monitor.collect.settings import CollectSettings, NetworkWatchSettings
from monitor.rounds.progress import Listener
from monitor.settings import Settings

SlotHook = Callable[[int | None], None]


@dataclass(frozen=True, slots=True)
class Environment:
    """How to run a round. `before_slot` is told each slot of a compressed week before its visits are made,
    and None after the last; a rehearsal's driver announces it to its estate."""

    settings: Settings
    listener: Listener | None = None
    before_slot: SlotHook | None = None

    def evidence(self, round_id: str) -> Path:
        """The folder of a round's WARC files."""
        return self.settings.evidence / round_id

    def collect_settings(self, round_id: str) -> CollectSettings:
        """The collector's settings for a round."""
        return collect_settings(self.settings, self.evidence(round_id))

    def visit_settings(self, round_id: str, limits: AvailabilityLimits) -> CollectSettings:
        """The collector's settings for visits: time, redirects and void windows as the adopted ruler has them."""
        base = self.collect_settings(round_id)
        seconds = float(limits.slow_seconds)
        return replace(
            base,
            max_redirects=limits.redirects,
            visit_limits=replace(
                base.visit_limits,
                total_seconds=seconds,
                connect_seconds=min(base.visit_limits.connect_seconds, seconds),
            ),
            network=replace(base.network, share=float(limits.void_window_share)),
        )

    def platform_client(self) -> PlatformClient:
        """The client towards platforms, behind the same guard as the collector."""
        chosen = self.settings
        hosts = HostsFile.read(chosen.hosts_file) if chosen.hosts_file else None
        return PlatformClient(
            AddressGuard(hosts),
            ClientSettings(
                user_agent=collect_settings(chosen, Path()).user_agent,
                connections_per_address=chosen.connections_per_address,
                requests_per_second=chosen.requests_per_second,
                ca_file=chosen.ca_file,
            ),
        )


def environment_of(
    settings: Settings, *, listener: Listener | None = None, before_slot: SlotHook | None = None
) -> Environment:
    """The environment of a command."""
    return Environment(settings=settings, listener=listener, before_slot=before_slot)


def collect_settings(chosen: Settings, evidence: Path) -> CollectSettings:
    """The collector's frozen settings from the office's."""
    return CollectSettings(
        evidence=evidence,
        connections_per_address=chosen.connections_per_address,
        requests_per_second=chosen.requests_per_second,
        total_connections=chosen.total_connections,
        pages_per_site=chosen.pages_per_site,
        network=NetworkWatchSettings(control_urls=chosen.controls),
        contact=chosen.contact,
        hosts_file=chosen.hosts_file,
        ca_file=chosen.ca_file,
        processes=chosen.processes,
    )


def frozen_settings(chosen: Settings) -> dict[str, object]:
    """The settings that a round prints and keeps."""
    return {
        "每个地址的并发连接数": chosen.connections_per_address,
        "每个地址每秒请求数": chosen.requests_per_second or "不限",
        "每个网站最多读取页面数": chosen.pages_per_site,
        "表明身份的 User-Agent": collect_settings(chosen, Path()).user_agent,
        "主机对照表": "使用" if chosen.hosts_file else "未使用",
        "对照网址": " ".join(chosen.controls) or "未设置",
    }
