"""The rivals as groups for the fault experiments, and how to get them."""

import os
import random
import shutil
import subprocess
import threading

import ask
from processes import Failed, Workshop, free_ports, wait_for

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rivals")
OUT = os.path.realpath(os.environ.get("ANCHORS") or os.path.join(HERE, "out"))
PREPARE_SECONDS = 900
# As small as ours as far as they can be: one collector thread, no optimising compiler.
JAVA = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


def prepare():
    """Fetches and compiles; the reason why it could not, or None."""
    with Workshop() as workshop:
        process = workshop.start(
            [os.path.join(HERE, "election", "prepare")], environment={**os.environ, "ANCHORS": OUT}
        )
        try:
            code = process.wait(PREPARE_SECONDS)
        except subprocess.TimeoutExpired:
            code = "none in time"
        return None if code == 0 else f"prepare ended with code {code}: {workshop.complaints()}"


def class_path(name):
    return f"{OUT}/{name}/classes:{OUT}/{name}/jars/*"


class Group:
    """What they have in common: members m0, m1, … in a process each."""

    fault_seconds = 90
    wake_seconds = 120
    is_polled = False
    pause = 0.005
    jars = None

    def __init__(self, workshop):
        self._workshop = workshop
        self.processes = []

    @classmethod
    def missing(cls):
        """Why it cannot be measured here, or None."""
        if cls.jars and not os.path.exists(f"{OUT}/{cls.jars}/ready"):
            return f"no jars of {cls.jars}"
        return None

    def ensure_runs(self, members):
        for i in members:
            if self.processes[i].poll() is not None:
                raise Failed(f"a member ended: {self._workshop.complaints()}")

    def index(self, leader):
        return int(leader[1:])

    def close(self):
        """The processes are the workshop's."""


class Talker(Group):
    """Members that print `MICROS LEADER NAME [SIZE]` whenever they follow somebody else."""

    def __init__(self, workshop):
        super().__init__(workshop)
        self._heard = []

    def launch(self, commands):
        for command in commands:
            process = self._workshop.start(command, output=subprocess.PIPE)
            self.processes.append(process)
            self._heard.append(None)
            threading.Thread(target=self._listen, args=(len(self._heard) - 1, process.stdout), daemon=True).start()

    def _listen(self, i, stream):
        try:
            for line in stream:
                words = line.decode(errors="replace").split()
                if len(words) > 2 and words[0].isdigit() and words[1] == "LEADER":
                    self._heard[i] = (words[2], int(words[0]) / 1e6, int((words + ["0"])[3]))
        except ValueError:
            pass  # Closed at the end of the run.

    def votes(self, members):
        self.ensure_runs(members)
        heard = [self._heard[i] for i in members]
        return [(h[0], h[1]) if h and h[0] != "-" and self.counts(h, len(members)) else None for h in heard]

    def counts(self, _heard, _members):
        return True


class Ratis(Talker):
    """Apache Ratis over gRPC, default settings."""

    jars = "ratis-grpc"

    def start(self, members=5):
        port = free_ports(members)
        self.launch(
            [*JAVA, "-Xmx160m", "-cp", class_path(self.jars), "RatisMember", str(i), str(members), str(port),
             self._workshop.path("data")] for i in range(members)
        )  # fmt: skip


class JGroups(Talker):
    """JGroups over UDP multicast on the loopback; failure detection tuned from 40 s to 3 s."""

    jars = "jgroups"

    @staticmethod
    def command(main, *arguments, heap="96m"):
        return [
            *JAVA, f"-Xmx{heap}", "-Djava.net.preferIPv4Stack=true",
            f"-Djgroups.udp.mcast_port={random.randint(45_000, 45_999)}",
            "-cp", class_path("jgroups"), main, *arguments,
        ]  # fmt: skip

    def start(self, members=5):
        command = self.command("JGroupsMember")
        self.launch(
            [*command, f"m{i}", f"{OUT}/cfg/udp-tight.xml", os.path.basename(self._workshop.folder)]
            for i in range(members)
        )

    def counts(self, heard, members):
        # Its view has to have shed the lost one, and taken in the one that came back.
        return heard[2] == members


class ZooKeeper(Group):
    """ZooKeeper with its sample timing: ticks of 2 s, of which a follower may miss five. Asked with `srvr`."""

    jars = "zookeeper"
    is_polled = True
    pause = 0.003

    def start(self, members=5):
        self._port = free_ports(3 * members)
        servers = [
            f"server.{i + 1}=127.0.0.1:{self._port + 3 * i + 1}:{self._port + 3 * i + 2}" for i in range(members)
        ]
        for i in range(members):
            data = self._workshop.path(f"data{i}")
            os.makedirs(data)
            with open(os.path.join(data, "myid"), "w", encoding="ascii") as file:
                file.write(str(i + 1))
            config = self._workshop.path(f"{i}.cfg")
            with open(config, "w", encoding="ascii") as file:
                file.write("\n".join([
                    "tickTime=2000", "initLimit=10", "syncLimit=5", f"dataDir={data}",
                    f"clientPort={self._port + 3 * i}", "clientPortAddress=127.0.0.1", "admin.enableServer=false",
                    "4lw.commands.whitelist=srvr", *servers, "",
                ]))  # fmt: skip
            self.processes.append(self._workshop.start(
                [*JAVA, "-Xmx160m", "-Dzookeeper.jmx.log4j.disable=true", "-cp", f"{OUT}/zookeeper/jars/*",
                 "org.apache.zookeeper.server.quorum.QuorumPeerMain", config]
            ))  # fmt: skip

    def votes(self, members):
        self.ensure_runs(members)
        modes = [ask.zookeeper_mode(self._port + 3 * i) for i in members]
        # A follower does not tell whom it follows; with one leader there is no doubt.
        if modes.count("leader") != 1 or modes.count("follower") != len(modes) - 1:
            return [None for _ in members]
        return [(f"m{list(members)[modes.index('leader')]}", ask.now()) for _ in members]


class Etcd(Group):
    """etcd with its default timing: a heartbeat every 100 ms, an election after 1 to 2 s. Asked over HTTP."""

    is_polled = True
    pause = 0.003
    timing = ()

    @classmethod
    def missing(cls):
        return None if shutil.which("etcd") else "no etcd in PATH (Debian: etcd-server)"

    def start(self, members=5):
        self._port = free_ports(2 * members)
        cluster = ",".join(f"m{i}=http://127.0.0.1:{self._port + 2 * i + 1}" for i in range(members))
        for i in range(members):
            client, peer = (f"http://127.0.0.1:{self._port + 2 * i + k}" for k in (0, 1))
            self.processes.append(self._workshop.start([
                "etcd", "--name", f"m{i}", "--data-dir", self._workshop.path(f"data{i}"),
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", cluster, "--initial-cluster-state", "new",
                "--initial-cluster-token", os.path.basename(self._workshop.folder),
                "--logger", "zap", "--log-level", "error", *self.timing,
            ]))  # fmt: skip

    def votes(self, members):
        self.ensure_runs(members)
        answers = [ask.etcd_leader(self._port + 2 * i) for i in members]
        return [(answer[0], ask.now()) if answer and answer[0] != "0" else None for answer in answers]

    def terms(self):
        """How many elections there were so far, failed ones too."""

        def answered():
            answers = [ask.etcd_status(self._port + 2 * i) for i in range(len(self.processes))]
            return all(answers) and max(int(answer["raftTerm"]) for answer in answers)

        return wait_for("every member's term", answered, 30)

    def index(self, leader):
        for i in range(len(self.processes)):
            answer = ask.etcd_leader(self._port + 2 * i)
            if answer and answer[1] == leader:
                return i
        raise Failed(f"no member says that it is {leader}")


class TightEtcd(Etcd):
    """etcd as tight as its own advice goes, ten heartbeats: one every 10 ms, an election after 100 to 200 ms."""

    timing = ("--heartbeat-interval=10", "--election-timeout=100")


class TightestEtcd(Etcd):
    """etcd with the least it accepts, five heartbeats: one every 10 ms, an election after 50 to 100 ms."""

    timing = ("--heartbeat-interval=10", "--election-timeout=50")


RIVALS = {
    "ratis": Ratis,
    "zookeeper": ZooKeeper,
    "jgroups": JGroups,
    "etcd": Etcd,
    "etcd-tight": TightEtcd,
    "etcd-tightest": TightestEtcd,
}
