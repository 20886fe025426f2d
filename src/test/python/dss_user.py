"""A user of the DSS protocol with the manners of the two programs that were published, as black boxes see them.

    dss_user.py older|newer NAME MANAGER_IP MANAGER_PORT M_PORT C_PORT < COMMANDS

older: says no sha256 in copy-complete, no user_name in read-prepare and nothing at all in read-complete, lower-cases the
whole line, knows no disk-failure. newer: says all that, checks the parity, tries a stripe 5 times, has a parameter p.

Both: an answer of a manager is read into 12,000 bytes, waited for without limit, and nothing is ever sent again; a block is waited
for 1 s, and not sent again either. Blocks go through the same socket as commands, one after the other; with the word "own" behind
the arguments each has a socket and a thread of its own. More words:

    seed=N         for what is left to chance
    pause=FOLDER   waits in the middle of an OPERATION for as long as FOLDER/at-OPERATION is there, and before a COMMAND for as
                   long as FOLDER/before-COMMAND is
    strike=FOLDER  with "PID SIGNAL SECONDS" in FOLDER/strike-COMMAND, sends that signal so long after the command was sent,
                   once; below 0: so long before

Prints one line for each command: its words, " -> ", and the last answer or what came of it. Lines with # say more, such as how
long an answer took.
"""

import base64
import hashlib
import inspect
import json
import os
import random
import signal
import socket
import sys
import threading
import time

TRIES = 5
COMMANDS = ("ls", "configure", "copy", "read", "disk-failure", "decommission", "deregister", "quit")
USAGE = """usage: dss_user.py older|newer NAME MANAGER_IP MANAGER_PORT M_PORT C_PORT [own] < COMMANDS
example: echo ls | dss_user.py newer U1 127.0.0.1 53000 53001 53002"""


def xor(blocks):
    total = 0
    for block in blocks:
        total ^= int.from_bytes(block, "big")
    return total.to_bytes(len(blocks[0]), "big")


def parity_disk(n, stripe):
    return n - ((stripe % n) + 1)


class Array:
    def __init__(self, user, dss):
        self.user = user
        self.name = dss["dss_name"]
        self.n = int(dss["n"])
        self.unit = int(dss["striping_unit"])
        self.disks = [(disk["ip"], int(disk["c_port"])) for disk in dss["disks"]]
        self.names = [disk["disk_name"] for disk in dss["disks"]]

    def stripes(self, size):
        width = (self.n - 1) * self.unit
        return (size + width - 1) // width

    def each(self, indexes, action):
        answers = [None] * self.n

        def run(index):
            answers[index] = action(index)

        threads = [threading.Thread(target=run, args=(index,)) for index in indexes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def read_stripe(self, file, stripe, indexes):
        def one(disk):
            answer = self.user.block_call(
                self.disks[disk], "read-block", {"file_name": file, "stripe_idx": stripe, "disk_index": disk}
            )
            return base64.b64decode(answer["block_b64"]) if answer.get("status") == "SUCCESS" else None

        return self.each(indexes, one)

    def write_block(self, file, stripe, disk, block):
        args = {
            "dss_name": self.name,
            "file_name": file,
            "stripe_idx": stripe,
            "disk_index": disk,
            "is_parity": disk == parity_disk(self.n, stripe),
            "block_b64": base64.b64encode(block).decode("ascii"),
        }
        return self.user.block_call(self.disks[disk], "write-block", args)


class User:
    def __init__(self, version, name, ip, port, m_port, c_port, own=False):
        self.is_newer = version == "newer"
        self.name = name
        self.manager = (ip, port)
        self.own = own
        self.turn = threading.Lock()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("0.0.0.0", m_port))
        args = {"user_name": name, "ip": "127.0.0.1", "m_port": self.socket.getsockname()[1], "c_port": c_port}
        say("register-user", self.call("register-user", args))

    def call(self, cmd, args):
        pause("before", cmd)
        strike = Strike(cmd)
        strike.before()
        began = time.monotonic()
        self.socket.sendto(json.dumps({"cmd": cmd, "args": args}).encode(), self.manager)
        strike.after()
        data, _ = self.socket.recvfrom(12000)
        note("%s answered after %d ms" % (cmd, 1000 * (time.monotonic() - began)))
        return json.loads(data.decode("utf-8"))

    def block_call(self, to, cmd, args):
        if self.own:
            return self.block_exchange(to, cmd, args)
        with self.turn:
            return self.block_exchange(to, cmd, args)

    def block_exchange(self, to, cmd, args):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) if self.own else self.socket
        sock.settimeout(1.0)
        try:
            sock.sendto(json.dumps({"cmd": cmd, "args": args}).encode(), to)
            data, _ = sock.recvfrom(65535)
            return json.loads(data.decode("utf-8"))
        except socket.timeout:
            return {"status": "FAILURE", "error": "timeout"}
        finally:
            if self.own:
                sock.close()
            else:
                sock.settimeout(None)

    # ---- commands

    def ls(self):
        return self.call("ls", {})

    def configure(self, dss, n, unit):
        return self.call("configure-dss", {"dss_name": dss, "n": int(n), "striping_unit": int(unit)})

    def copy(self, dss, path):
        with open(path, "rb") as source:
            content = source.read()
        file = os.path.basename(path)
        said = {"dss_name": dss, "file_name": file, "owner": self.name}
        answer = self.call("copy-prepare", said)
        if answer["status"] != "SUCCESS":
            return answer
        array = Array(self, answer["dss"])
        width = (array.n - 1) * array.unit
        for stripe in range(array.stripes(len(content))):
            data = content[stripe * width : (stripe + 1) * width].ljust(width, b"\0")
            blocks = [data[i * array.unit : (i + 1) * array.unit] for i in range(array.n - 1)]
            blocks.insert(parity_disk(array.n, stripe), xor(blocks))
            acks = array.each(range(array.n), lambda disk: array.write_block(file, stripe, disk, blocks[disk]))
            if not all(ack.get("status") == "SUCCESS" for ack in acks):
                note("warning: write-block failed on stripe %d: %s" % (stripe, acks))
        pause("at", "copy")
        said["size"] = len(content)
        if self.is_newer:
            said["sha256"] = hashlib.sha256(content).hexdigest()
        return self.call("copy-complete", said)

    def read(self, dss, file, out, p="0"):
        said = {"dss_name": dss, "file_name": file}
        if self.is_newer:
            said["user_name"] = self.name
        answer = self.call("read-prepare", said)
        if answer["status"] != "SUCCESS":
            return answer
        pause("at", "read")
        array, size = Array(self, answer["dss"]), int(answer["file"]["size"])
        content = []
        for stripe in range(array.stripes(size)):
            blocks = self.stripe(array, file, stripe, int(p))
            if blocks is None:
                content = []
                break
            content += blocks
        done = {"dss_name": dss} if self.is_newer else {}
        if not content:
            if self.is_newer:
                self.call("read-complete", done)
            return {"status": "FAILURE", "error": "read aborted"}
        content = b"".join(content)[:size]
        with open(out, "wb") as sink:
            sink.write(content)
        answered = self.call("read-complete", done)
        digest = answer["file"].get("sha256")
        if self.is_newer and digest and digest != hashlib.sha256(content).hexdigest():
            answered["error"] = "SHA256 MISMATCH"
        return answered

    def stripe(self, array, file, stripe, p):
        """The data blocks, or None."""
        parity = parity_disk(array.n, stripe)
        hits = 0
        for _ in range(TRIES if self.is_newer else 1):
            got = array.read_stripe(file, stripe, range(array.n))
            if p > 0 and random.randrange(100) < p:
                hit = random.randrange(array.n)
                if got[hit]:
                    hits += 1
                    got[hit] = bytes([got[hit][0] ^ 1]) + got[hit][1:]
            missing = [disk for disk in range(array.n) if got[disk] is None]
            if len(missing) > 1:
                continue
            if missing:
                got[missing[0]] = xor([block for block in got if block is not None])
            if self.is_newer and any(xor(got)):
                continue
            return [got[disk] for disk in range(array.n) if disk != parity]
        if hits == TRIES:
            note("chance hit stripe %d in every try" % stripe)
        return None

    def disk_failure(self, dss, lost=None):
        answer = self.call("disk-failure", {"dss_name": dss, "user_name": self.name})
        if answer["status"] != "SUCCESS":
            return answer
        array = Array(self, answer["dss"])
        lost = random.randrange(array.n) if lost is None else array.names.index(lost)
        failed = self.block_call(array.disks[lost], "fail", {})
        if failed["status"] != "SUCCESS":
            self.call("recovery-complete", {"dss_name": dss})
            return {"status": "FAILURE", "error": "disk did not confirm failure: %s" % failed}
        pause("at", "disk-failure")
        trouble = None
        for file, meta in answer["files"].items():
            for stripe in range(array.stripes(int(meta["size"]))):
                others = [disk for disk in range(array.n) if disk != lost]
                got = array.read_stripe(file, stripe, others)
                if any(got[disk] is None for disk in others):
                    trouble = "reconstruct failed at stripe %d of %s" % (stripe, file)
                    break
                wrote = array.write_block(file, stripe, lost, xor([got[disk] for disk in others]))
                if wrote["status"] != "SUCCESS":
                    trouble = "write failed during reconstruction: %s" % wrote
                    break
            if trouble:
                self.call("recovery-complete", {"dss_name": dss})
                break
        self.block_call(array.disks[lost], "set-mode", {"state": "normal"})
        done = self.call("recovery-complete", {"dss_name": dss})
        return {"status": "FAILURE", "error": trouble, "last": done} if trouble else done

    def decommission(self, dss):
        answer = self.call("decommission-dss", {"dss_name": dss, "user_name": self.name})
        if answer["status"] != "SUCCESS":
            return answer
        for disk in answer["dss"]["disks"]:
            wiped = self.block_call((disk["ip"], int(disk["c_port"])), "wipe", {})
            if wiped["status"] != "SUCCESS":
                note("wipe failed on %s: %s" % (disk["disk_name"], wiped))
        pause("at", "decommission")
        return self.call("decommission-complete", {"dss_name": dss})

    def deregister(self):
        return self.call("deregister-user", {"user_name": self.name})

    def run(self, line):
        words = (line if self.is_newer else line.lower()).split()
        action = getattr(self, words[0].lower().replace("-", "_"), None) if words[0].lower() in COMMANDS else None
        try:
            if action is None:
                raise TypeError("unknown command")
            inspect.signature(action).bind(*words[1:])
        except TypeError as wrong:
            print("dss_user.py: %s: %s; commands: %s" % (line, wrong, ", ".join(COMMANDS)), file=sys.stderr, flush=True)
            return
        say(line, action(*words[1:]))


def say(line, answer):
    print("%s -> %s" % (line, json.dumps(answer)), flush=True)


def note(text):
    print("# " + text, flush=True)


def words(name):
    """The values of name=VALUE among the words behind the arguments."""
    return [word[len(name) + 1 :] for word in sys.argv[7:] if word.startswith(name + "=")]


def pause(when, where):
    """For tests that do something in the middle."""
    for folder in words("pause"):
        path = os.path.join(folder, "%s-%s" % (when, where))
        if os.path.exists(path):
            note("paused %s %s" % (when, where))
        while os.path.exists(path):
            time.sleep(0.01)


class Strike:
    """What a test wants to happen to another process around one command."""

    def __init__(self, cmd):
        self.pid = None
        for folder in words("strike"):
            path = os.path.join(folder, "strike-" + cmd)
            if os.path.exists(path):
                with open(path) as order:
                    pid, name, seconds = order.read().split()
                os.remove(path)
                self.pid, self.signal, self.seconds = int(pid), getattr(signal, "SIG" + name), float(seconds)

    def before(self):
        if self.pid is not None and self.seconds < 0:
            os.kill(self.pid, self.signal)
            time.sleep(-self.seconds)

    def after(self):
        if self.pid is not None and self.seconds >= 0:
            time.sleep(self.seconds)
            os.kill(self.pid, self.signal)


def main():
    if "--help" in sys.argv or "-h" in sys.argv:
        print(USAGE)
        return
    if len(sys.argv) < 7 or sys.argv[1] not in ("older", "newer") or not all(port.isdigit() for port in sys.argv[4:7]):
        print(USAGE, file=sys.stderr)
        sys.exit(2)
    version, name, ip, port, m_port, c_port = sys.argv[1:7]
    for seed in words("seed"):
        random.seed(int(seed))
    user = User(version, name, ip, int(port), int(m_port), int(c_port), "own" in sys.argv[7:])
    for line in sys.stdin:
        line = line.strip()
        if line == "quit":
            break
        if line:
            user.run(line)


if __name__ == "__main__":
    main()
