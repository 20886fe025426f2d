"""Processes and folders that are gone when the benchmark is, however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class Failed(Exception):
    """A run that came to nothing: it is counted and shown, never left out silently."""


class Interrupts:
    """Ctrl-C and SIGTERM end the run in order: held back while a process is half started, and heard only once."""

    def __init__(self):
        self._held = False
        self._pending = False

    def listen(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._heard)

    def _heard(self, *_):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: None)  # Not SIG_IGN: children would inherit it.
        if self._held:
            self._pending = True
        else:
            raise KeyboardInterrupt

    def __enter__(self):
        self._held = True

    def __exit__(self, *_):
        self._held = False
        if self._pending:
            raise KeyboardInterrupt


interrupts = Interrupts()


class Workshop:
    """Keeps what one run started; leaving the `with` block kills it, each by its process id, and removes its files."""

    def __init__(self, parent=None):
        self._parent = parent

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="roundtable-bench-", dir=self._parent)
        self._started = []
        return self

    def __exit__(self, *_):
        # All are told before any is waited for. A group each: a launcher may have started others.
        for process in self._started:
            self._signal_group(process, signal.SIGKILL)
        for process in self._started:
            process.wait(10)
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _signal_group(process, number):
        # Even when it has ended: what it started may live on. Not reaped yet, so its id is nobody else's.
        if process.returncode is None:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                pass

    def start(self, command, output=subprocess.DEVNULL, environment=None, orders=subprocess.DEVNULL):
        """In a session of its own, so that Ctrl-C reaches only us, and we end it."""
        with interrupts, open(self.path("errors.txt"), "ab") as errors:
            process = subprocess.Popen(
                command,
                stdin=orders,
                stdout=output,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )
            self._started.append(process)
        return process

    def path(self, name):
        return os.path.join(self.folder, name)

    def complaints(self):
        """The last lines that anything here wrote to its error output."""
        with open(self.path("errors.txt"), encoding="utf-8", errors="replace") as errors:
            return " | ".join(errors.read().strip().splitlines()[-3:])[-400:]


def wait_for(what, condition, seconds, pause=0.005):
    """The condition's first true value; Failed when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds:g} s")
        time.sleep(pause)


def free_ports(count):
    """Consecutive free ports below the range from which the system draws ports for outgoing connections."""
    for _ in range(200):
        first = 20_000 + int.from_bytes(os.urandom(2), "big") % 10_000
        if all(_is_free(first + i) for i in range(count)):
            return first
    raise Failed("no free ports")


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
