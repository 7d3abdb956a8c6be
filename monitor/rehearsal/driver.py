"""The rehearsal's driver: starts the estate's server in a process of its own and tells it what happens."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from monitor.rehearsal.errors import FolderError, ServerError

PATIENCE_S = 60.0


class Estate:
    """A running estate. Use it as a context manager; its server dies with the thread that started it.

    `folder` is what `build_estate` wrote. The faults of the availability week are played only while a slot is
    announced; announce the next one when the visits of the last have been answered (slow ones may go on:
    what a request meets is decided when it arrives).
    """

    def __init__(self, folder: Path, control_port: int = 0) -> None:
        self.folder = folder
        self.wanted_port = control_port
        self.control_port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def hosts_file(self) -> Path:
        return self.folder / "hosts.txt"

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def pid(self) -> int | None:
        """The server's process, for those who measure it."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Estate:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until every socket is open; ServerError where it does not come up.

        What the server complains about stands in `server.log` in the estate's folder.
        """
        if not self.folder.is_dir():
            raise FolderError(f"没有演练环境目录 {self.folder}; 请先生成")
        command = [sys.executable, "-m", "monitor.rehearsal", "serve", str(self.folder), "--control-port", str(self.wanted_port),
                   "--die-with-parent"]  # fmt: skip
        root = Path(__file__).resolve().parents[2]
        log = self.folder / "server.log"
        with log.open("w", encoding="utf-8") as errors:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdout=pipe, stderr=errors, text=True, cwd=root)  # noqa: S603 -- our own
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise ServerError(f"演练服务没有启动: {log.read_text(encoding='utf-8').strip()[-2000:]}")
        self.control_port = int(json.loads(line)["control_port"])

    def stop(self) -> None:
        """Stop the server; nothing happens where it has stopped already."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, ValueError) as error:
            raise ServerError(f"演练服务没有回应 {path}: {error}") from error
        finally:
            connection.close()
        return answer

    def slot(self, number: int | None) -> None:
        """Announce a slot of the week, or None when no visits are running."""
        self._ask("POST", "/slot", {"slot": number})

    def network(self, down: bool) -> None:
        """Let our own network fail, or come back."""
        self._ask("POST", "/network", {"down": down})

    def stats(self) -> dict[str, Any]:
        """What has been served so far: requests by host and kind, peak connections by address."""
        return self._ask("GET", "/stats")
