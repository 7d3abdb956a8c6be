"""Saved pages served on loopback under their real host names and addresses.

Every site has an address of its own; every other name leads to a server that has saved nothing. What was not
saved is answered with `NOT_SAVED`, a status that no server uses: it says nothing about the site, and neither may
the collector. Certificates come from a root of the replay's own (`ca.pem`).
"""

from __future__ import annotations

import ssl
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import trustme
from saved_pages import SavedPage, SavedSite, pages_of

from monitor.collect.survey.places import host_of, identity

NOT_SAVED = 470


class ReplayServer:
    """Serves the pages of the given sites; `folder` gets `hosts.txt` and `ca.pem`.

    `served` counts answered addresses, `unsaved` those that were asked for and not saved.
    """

    def __init__(self, folder: Path, sites: Iterable[SavedSite]) -> None:
        self.folder = folder
        self.sites = tuple(sites)
        self.served: Counter[str] = Counter()
        self.unsaved: Counter[str] = Counter()
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._servers: list[ThreadingHTTPServer] = []
        self._lock = threading.Lock()

    def __enter__(self) -> ReplayServer:
        lines = []
        for number, site in enumerate(self.sites, start=1):
            name = urlsplit(site.home).hostname
            lines += self._open(str(name), f"127.0.6.{number}", pages_of(site))
        lines += self._open("*", "127.0.6.254", {})
        (self.folder / "hosts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._authority.cert_pem.write_to_path(self.folder / "ca.pem")
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def answer(self, url: str, pages: Mapping[str, SavedPage]) -> tuple[int, bytes]:
        """The status and body for one address; robots.txt was never saved and forbids nothing."""
        if urlsplit(url).path == "/robots.txt":
            return 404, b""
        saved = pages.get(identity(url))
        with self._lock:
            (self.unsaved if saved is None else self.served)[url] += 1
        return (NOT_SAVED, b"not archived") if saved is None else (200, saved.body)

    def _open(self, name: str, address: str, pages: Mapping[str, SavedPage]) -> list[str]:
        """Start the plain and the secure server of one name; the lines for the hosts file."""
        plain = self._serve(address, pages, "http")
        secure = self._serve(address, pages, "https")
        secure.socket = self._secured().wrap_socket(secure.socket, server_side=True)
        for server in (plain, secure):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            self._servers.append(server)
        return [
            f"{name} {address}:{plain.server_address[1]}",
            f"{name}:443 {address}:{secure.server_address[1]}",
        ]

    def _secured(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("replay.invalid").configure_cert(context)

        def by_name(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                connection.context = self._context_of(name)

        context.sni_callback = by_name
        return context

    def _context_of(self, name: str) -> ssl.SSLContext:
        with self._lock:
            if name not in self._contexts:
                made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._authority.issue_cert(name).configure_cert(made)
                self._contexts[name] = made
            return self._contexts[name]

    def _serve(self, address: str, pages: Mapping[str, SavedPage], scheme: str) -> ThreadingHTTPServer:
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = host_of(f"http://{self.headers.get('Host', '')}/")
                status, body = replay.answer(f"{scheme}://{host}{self.path}", pages)
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer((address, 0), Handler)
        server.daemon_threads = True
        return server
