"""A user of the DSS protocol, with nothing but the standard library: one command an argument, in order.

    dss_user.py HOST PORT NAME COMMAND...

Commands: ls, configure DSS N UNIT, copy DSS PATH, read DSS FILE OUT [P], disk-failure DSS, decommission DSS, deregister.
The first command that fails ends it with status 1 and the manager's or disk's error on stderr.
"""

import base64
import hashlib
import json
import os
import random
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

TIMEOUT_S = 10
REREADS_MAX = 200


class Refused(Exception):
    pass


def call(sock, address, cmd, **args):
    datagram = json.dumps({"cmd": cmd, "args": args}).encode()
    if len(datagram) > 65507:
        raise Refused("%s does not fit a datagram" % cmd)
    sock.sendto(datagram, address)
    answer = json.loads(sock.recvfrom(65535)[0])
    if answer["status"] != "SUCCESS":
        raise Refused(answer["error"])
    return answer


def bound_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(TIMEOUT_S)
    sock.bind(("127.0.0.1", 0))
    return sock


def xor(blocks):
    result = 0
    for block in blocks:
        result ^= int.from_bytes(block, "big")
    return result.to_bytes(len(blocks[0]), "big")


def parity_disk(n, stripe):
    return n - ((stripe % n) + 1)


class Array:
    """The disks of one DSS, a socket and a thread for each."""

    def __init__(self, dss):
        self.name = dss["dss_name"]
        self.n = dss["n"]
        self.unit = dss["striping_unit"]
        self.disks = [(disk["ip"], disk["c_port"]) for disk in dss["disks"]]
        assert len(self.disks) == self.n
        self.sockets = [bound_socket() for _ in self.disks]
        self.pool = ThreadPoolExecutor(self.n)

    def stripes(self, size):
        stripe = (self.n - 1) * self.unit
        return (size + stripe - 1) // stripe

    def ask(self, disk, cmd, **args):
        return call(self.sockets[disk], self.disks[disk], cmd, **args)

    def write_block(self, disk, file, stripe, block):
        self.ask(
            disk,
            "write-block",
            dss_name=self.name,
            file_name=file,
            stripe_idx=stripe,
            disk_index=disk,
            is_parity=disk == parity_disk(self.n, stripe),
            block_b64=base64.b64encode(block).decode(),
        )

    def read_block(self, disk, file, stripe):
        answer = self.ask(disk, "read-block", file_name=file, stripe_idx=stripe, disk_index=disk)
        return base64.b64decode(answer["block_b64"])

    def all(self, action):
        return list(self.pool.map(action, range(self.n)))

    def write(self, file, content):
        width = (self.n - 1) * self.unit
        for stripe in range(self.stripes(len(content))):
            data = content[stripe * width : (stripe + 1) * width].ljust(width, b"\0")
            blocks = [data[i * self.unit : (i + 1) * self.unit] for i in range(self.n - 1)]
            blocks.insert(parity_disk(self.n, stripe), xor(blocks))
            self.all(lambda disk: self.write_block(disk, file, stripe, blocks[disk]))

    def read(self, file, size, percent):
        content, rereads = b"", 0
        for stripe in range(self.stripes(size)):
            for _ in range(REREADS_MAX):
                blocks = self.all(lambda disk: self.read_block(disk, file, stripe))
                blocks = [damaged(block, percent) for block in blocks]
                if not any(xor(blocks)):
                    break
                rereads += 1
            else:
                raise Refused("stripe %d never had its parity" % stripe)
            del blocks[parity_disk(self.n, stripe)]
            content += b"".join(blocks)
        return content[:size], rereads

    def recover(self, lost, file, size):
        for stripe in range(self.stripes(size)):
            others = [self.read_block(disk, file, stripe) for disk in range(self.n) if disk != lost]
            self.write_block(lost, file, stripe, xor(others))

    def close(self):
        self.pool.shutdown()
        for sock in self.sockets:
            sock.close()


def damaged(block, percent):
    if random.randrange(100) >= percent:
        return block
    bit = random.randrange(8 * len(block))
    changed = bytearray(block)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


class User:
    def __init__(self, host, port, name):
        self.manager = (host, port)
        self.name = name
        self.m_socket = bound_socket()
        self.c_socket = bound_socket()

    def ask(self, cmd, **args):
        return call(self.m_socket, self.manager, cmd, **args)

    def register(self):
        self.ask(
            "register-user",
            user_name=self.name,
            ip="127.0.0.1",
            m_port=self.m_socket.getsockname()[1],
            c_port=self.c_socket.getsockname()[1],
        )

    def ls(self):
        for dss in self.ask("ls")["listing"]["dsses"]:
            print(
                "%s: Disk array with n=%d (%s) with striping-unit %s."
                % (dss["dss_name"], dss["n"], ", ".join(dss["disks"]), unit_text(dss["striping_unit"]))
            )
            for name, file in dss["files"].items():
                print("  %s %s B %s" % (name, format(file["size"], ","), file["owner"]))

    def configure(self, dss, n, unit):
        made = self.ask("configure-dss", dss_name=dss, n=int(n), striping_unit=int(unit))["dss"]
        assert len(made["disks"]) == made["n"] == int(n)

    def copy(self, dss, path):
        with open(path, "rb") as source:
            content = source.read()
        file = os.path.basename(path)
        array = Array(self.ask("copy-prepare", dss_name=dss, file_name=file, owner=self.name)["dss"])
        array.write(file, content)
        array.close()
        self.ask(
            "copy-complete",
            dss_name=dss,
            file_name=file,
            owner=self.name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def read(self, dss, name, out, percent="0"):
        answer = self.ask("read-prepare", dss_name=dss, file_name=name, user_name=self.name)
        array, file = Array(answer["dss"]), answer["file"]
        content, rereads = array.read(name, file["size"], int(percent))
        array.close()
        self.ask("read-complete", dss_name=dss)
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise Refused("%s is not what was copied" % name)
        with open(out, "wb") as sink:
            sink.write(content)
        print("read %s rereads=%d" % (name, rereads))

    def disk_failure(self, dss):
        answer = self.ask("disk-failure", dss_name=dss, user_name=self.name)
        array = Array(answer["dss"])
        lost = random.randrange(array.n)
        assert array.ask(lost, "fail")["event"] == "fail-complete"
        for name, file in answer["files"].items():
            array.recover(lost, name, file["size"])
        array.close()
        self.ask("recovery-complete", dss_name=dss)
        print("recovered %s" % answer["dss"]["disks"][lost]["disk_name"])

    def decommission(self, dss):
        array = Array(self.ask("decommission-dss", dss_name=dss, user_name=self.name)["dss"])
        array.all(lambda disk: array.ask(disk, "wipe"))
        array.close()
        self.ask("decommission-complete", dss_name=dss)

    def deregister(self):
        self.ask("deregister-user", user_name=self.name)


def unit_text(unit):
    return "%d KB" % (unit // 1024) if unit % 1024 == 0 else "%d B" % unit


def main():
    user = User(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    try:
        user.register()
        for command in sys.argv[4:]:
            words = command.split()
            getattr(user, words[0].replace("-", "_"))(*words[1:])
    except Refused as refused:
        sys.stderr.write("%s\n" % refused)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
