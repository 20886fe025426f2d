"""The table's rows: who is measured in turns, and which figures with which targets come of it."""

import alone
import calm
import cold_start
import faults
import messages
import simulator
from figures import Figure, Row

def all_rows(launcher, quick, rivals):
    def agree(title, target):
        return [Figure(title, "seconds", "ms", target, 1000)]

    def fault(name, kind, title, target):
        beside = {rival: faults.theirs(rival, kind) for rival in rivals}
        return Row(name, agree(title, target), faults.ours(launcher, kind), beside)

    def lab(name, kind, title, target):
        return Row(name, agree(title, target), faults.ours(launcher, kind, "--timing", "lab"), times=3)

    def cold(peers, seconds):
        beside, their_runs = {}, None
        if "jgroups" in rivals and (peers == 50 or peers == 200 and not quick):
            beside = {"jgroups": cold_start.jgroups(peers)}
            their_runs = 1 if peers == 200 else None
        figures = [
            Figure(f"{peers} peers in one process, start to agreement", "seconds", "s", seconds),
            Figure("  messages per peer until then", "per_peer", "", 5),
            Figure("  peak resident memory", "memory_mb", "MB", 1024),
            Figure("  threads", "threads", "", 20),
        ]
        return Row(f"cold-{peers}", figures, cold_start.start(launcher, peers), beside, their_runs=their_runs)

    minutes = 1 if quick else 10
    return [
        fault("killed", "kill", "leader killed, until all survivors agree", 50),
        fault("hung", "hang", "leader hung, until all survivors agree", 300),
        fault("woken", "wake", "hung leader wakes, until all agree again", 100),
        Row(
            "calm",
            [
                Figure(f"leaders lost in {minutes} min, 8 busy processes beside", "leader_lost", "", 0),
                Figure("  elections begun", "election_started", "", 0),
            ],
            calm.watch(launcher, minutes * 60),
            {name: calm.watch_etcd(name, minutes * 60) for name in rivals if name.startswith("etcd-")},
            runs=1,
        ),
        lab("lab-killed", "kill", "lab timing: leader killed", 350),
        lab("lab-hung", "hang", "lab timing: leader hung", 2500),
        Row(
            "messages",
            [
                Figure("50 peers, leader crashes: messages to agreement", "messages", "", 72),
                Figure("  and in the second after it", "with_tail", ""),
                Figure("  time to agreement", "seconds", "ms", None, 1000),
            ],
            messages.crash(launcher),
            {"plain protocol": messages.crash(launcher, "--dialect", "lab", starts_max=8)},
        ),
        cold(50, 1),
        cold(200, 3),
        cold(1000, 10),
        Row(
            "alone",
            [
                Figure("one peer process, start to joined", "seconds", "s", 0.6),
                Figure("  resident memory after 10 s", "memory_mb", "MB", 64),
                Figure("  threads", "threads", ""),
            ],
            alone.peer(launcher),
            {rival: alone.member(rival) for rival in rivals if rival in ("jgroups", "ratis")},
        ),
        Row(
            "simulator",
            [
                Figure("simulator: 100,000 schedules of 5 peers", "seconds", "s", 60),
                Figure("  schedules per second", "per_second", ""),
            ],
            simulator.simulate(launcher, 10_000 if quick else 100_000),
            is_optional=True,
        ),
    ]
