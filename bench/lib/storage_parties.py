"""Whom the storage rows measure: our processes, HDFS, the bare machine; each takes orders and tells figures."""

import json
import os
import select
import shutil
import subprocess
import threading
import time
import zipfile

import machine
from processes import Failed, Workshop, free_ports
from roundtable import EventLog

BENCH = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
OUT = os.path.realpath(os.environ.get("ANCHORS") or os.path.join(BENCH, "rivals", "out"))
CLIENT_SOURCES = os.path.join(BENCH, "storage-client")
ORDER_SECONDS = 900
PEERS = 3
VOLUME = "dss1"
UNIT = 1 << 20


class Talker:
    """A program that takes orders, one a line, and answers each with a line of JSON."""

    def __init__(self, workshop, command):
        self._workshop = workshop
        self._process = workshop.start(command, output=subprocess.PIPE, orders=subprocess.PIPE)
        self._rest = b""
        self.pid = self._process.pid

    def ask(self, order, seconds=ORDER_SECONDS):
        self.tell(order)
        return self.answer(order, seconds)

    def tell(self, order):
        try:
            os.write(self._process.stdin.fileno(), order.encode() + b"\n")
        except OSError as error:
            raise Failed(f"{order}: {error}; {self._workshop.complaints()}") from error

    def answer(self, what, seconds=ORDER_SECONDS):
        deadline = time.monotonic() + seconds
        out = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            if not select.select([out], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Failed(f"{what}: no answer within {seconds:g} s")
            got = os.read(out, 1 << 16)
            if not got:
                raise Failed(f"{what}: the program ended; {self._workshop.complaints()}")
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\n")
        found = json.loads(line)
        if "error" in found:
            raise Failed(f"{what}: {found['error']}")
        return found


def java():
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin", "java") if home else "java"


class Classes:
    """Our client and the bare machine's program, compiled against the build that is measured."""

    def __init__(self, launcher):
        home = os.path.dirname(os.path.realpath(launcher.path))
        target = os.path.join(home, "target")
        if not os.path.exists(os.path.join(target, "roundtable.jar")):
            target = home
        self._jar = os.path.join(target, "roundtable.jar")
        self._jars = f"{self._jar}:{os.path.join(target, 'lib')}/*"
        # Of this run alone: another may measure another build.
        self._folder = os.path.join(OUT, f"storage-client-{os.getpid()}")
        os.makedirs(self._folder)
        sources = [os.path.join(CLIENT_SOURCES, name) for name in sorted(os.listdir(CLIENT_SOURCES))]
        compiler = os.path.join(os.path.dirname(java()), "javac")
        done = subprocess.run(
            [compiler, "-nowarn", "-d", self._folder, "-cp", self._jars, *sources], capture_output=True, text=True
        )
        if done.returncode:
            self.close()
            raise Failed(f"the client does not compile against this build: {done.stderr[:2000]}")

    def command(self, main, *arguments):
        # As the launcher starts a client, but with the compiler that pays for a long life, and memory enough for it.
        flags = ["-XX:+UseSerialGC", "-Xms64m", "-Xmx128m", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError"]
        return [java(), *flags, "-cp", f"{self._folder}:{self._jars}", main, *arguments]

    def coding(self):
        """A folder of the build's classes that code."""
        folder = os.path.join(self._folder, "build")
        with zipfile.ZipFile(self._jar) as jar:
            jar.extractall(folder, [name for name in jar.namelist() if name.startswith("io/roundtable/storage/")])
        return folder

    def close(self):
        shutil.rmtree(self._folder, ignore_errors=True)


class Party:
    """Who is measured. In a `with` block; what it started and wrote is gone after it."""

    # The order to read a file and compare it.
    check = "verify"

    def __init__(self, folder):
        self._shop = Workshop(folder)

    def __enter__(self):
        self._shop.__enter__()
        try:
            self.start()
        except BaseException:
            self._shop.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._shop.__exit__()

    def pids(self):
        return [self.talker.pid]

    def order(self, text, seconds=ORDER_SECONDS):
        """Its figures, and cpu_seconds that all its processes took meanwhile."""
        before = self.cpu_seconds()
        found = self.talker.ask(text, seconds)
        return {**found, "cpu_seconds": self.cpu_seconds() - before}

    def complaints(self):
        return self._shop.complaints()

    def cpu_seconds(self):
        return sum(machine.cpu_seconds(pid) for pid in self.pids())

    def memory_mb(self):
        return sum(machine.memory_mb(pid) for pid in self.pids())


class BareMachine(Party):
    """A program that sends bytes to itself over the loopback and writes files."""

    # How long it takes until what was removed is gone, and nobody is disturbed by it.
    rest_seconds = 1
    # Its two streams are read as they come.
    check = "read"

    def __init__(self, folder, classes):
        super().__init__(folder)
        self._classes = classes

    def start(self):
        self.talker = Talker(self._shop, self._classes.command("MachineBench", self._shop.folder))


class Hdfs(Party):
    """MiniDFSCluster: the NameNode, three DataNodes and the client in one JVM, striped with XOR over 2 + 1."""

    rest_seconds = 5

    @staticmethod
    def prepare():
        """Fetches and compiles; the reason why it could not, or None."""
        done = subprocess.run(
            [os.path.join(BENCH, "rivals", "storage", "prepare")],
            env={**os.environ, "ANCHORS": OUT}, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return None if done.returncode == 0 else (done.stderr + done.stdout).strip()[-300:]

    def start(self):
        self.talker = Talker(self._shop, [
            java(), "-Xmx4g", "-cp", f"{OUT}/hdfs/classes:{OUT}/hdfs/jars/*", "HdfsBench", self._shop.folder,
        ])  # fmt: skip
        self.start_seconds = self.talker.answer("start of HDFS", 120)["seconds"]


class Volumes(Party):
    """Ours: a GCD, peers with a disk each and a client, a process each."""

    rest_seconds = 2

    def __init__(self, folder, launcher, classes, peers=PEERS, options=()):
        super().__init__(folder)
        self._launcher = launcher
        self._classes = classes
        self._count = peers
        self._options = options

    def start(self):
        """Measures it too: from the start of the first process until a first small file is written."""
        port = free_ports(1)
        self.gcd = f"127.0.0.1:{port}"
        # The client is there before: it is none of what is started.
        self.talker = Talker(self._shop, self._classes.command("VolumeBench", self.gcd))
        self._warm_up()
        began = time.time()
        self._servers = [self._launcher.start(
            self._shop, "gcd", "--port", str(port), "--data", self._shop.path("gcd"), "--quiet",
            "--log", self._shop.path("gcd.jsonl"),
        )]  # fmt: skip
        self._logs = []
        for i in range(self._count):
            log = self._shop.path(f"peer{i}.jsonl")
            self._logs.append(EventLog(log))
            self._servers.append(self._launcher.start(
                self._shop, "peer", self.gcd, "--birthday", f"{i + 1:02}-01", "--id", str(1_000_001 + i),
                "--data", self._shop.path(f"disk{i}"), "--quiet", "--log", log, *self._options,
            ))  # fmt: skip
        self.start_seconds = self.talker.ask(f"configure {PEERS} {UNIT} first", 90)["at"] - began

    def _warm_up(self):
        """Until the client listens to orders."""
        try:
            self.talker.ask("no-such-order", 30)
        except Failed as error:
            if "no order" not in str(error):
                raise

    def __exit__(self, *_):
        for log in getattr(self, "_logs", []):
            log.close()
        super().__exit__()

    def pids(self):
        return [self.talker.pid, *(server.pid for server in self._servers)]

    def peers_memory_mb(self):
        return sum(machine.memory_mb(server.pid) for server in self._servers[1:])

    def gcd_memory_mb(self):
        return machine.memory_mb(self._servers[0].pid)

    def events(self, kind):
        return [event for log in self._logs for event in log.of(kind)]

    def kill(self, peer):
        """With SIGKILL; its process id stays in the sums, as nothing."""
        server = self._servers[1 + peer]
        server.kill()
        server.wait(10)

    def manager(self):
        """Which peer manages: the last that said so."""
        since = {i: event["at_micros"] for i, log in enumerate(self._logs) for event in log.of("managing")}
        return max(since, key=since.get)

    def host(self, position):
        """(which peer hosts a position's disk, the disk's name)"""
        found = self.talker.ask(f"host {position}")
        for i, log in enumerate(self._logs):
            if any(event["address"].endswith(f":{found['port']}") for event in log.of("listening")):
                return i, found["disk"]
        raise Failed(f"nobody listens at port {found['port']}")

    def a_follower(self):
        """A peer that hosts a disk of the volume and does not manage."""
        manager = self.manager()
        return next(peer for peer, _ in map(self.host, range(PEERS)) if peer != manager)

    def command(self, *arguments, options=""):
        """Starts a command line tool of ours."""
        environment = {**self._launcher.environment, "ROUNDTABLE_JAVA_OPTS": options}
        return self._launcher.start(
            self._shop, *arguments, "--gcd", self.gcd, "--user", "bench", environment=environment
        )

    def run(self, *arguments):
        """Runs a tool to its end; its seconds and cpu_seconds, with those of the group."""
        before, began = self.cpu_seconds(), time.monotonic()
        process = self.command(*arguments)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise Failed(f"{arguments[0]} ended with code {process.returncode}: {self._shop.complaints()}")
        return {"seconds": seconds, "cpu_seconds": self.cpu_seconds() - before + used.ru_utime + used.ru_stime}

    def path(self, name):
        return self._shop.path(name)

    def beside(self):
        """Another client, in a process of its own, so that nothing that it measures waits for the first one."""
        return Talker(self._shop, self._classes.command("VolumeBench", self.gcd))


def in_background(work):
    """A thread that has begun, and its list of failures."""
    failures = []

    def run():
        try:
            work()
        except Failed as error:
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, failures
