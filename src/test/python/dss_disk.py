"""A disk of the DSS protocol with the manners of those that were published, as black boxes see them.

    dss_disk.py NAME MANAGER_IP MANAGER_PORT M_PORT C_PORT [late] [stubborn]

Keeps blocks in memory, overwrites them in place, knows them by file, stripe and index alone, checks nothing, does one thing at
a time. "late": its c_port is opened only when the manager has answered. "stubborn": goes on though the manager refuses.
Port 0 takes a free one. Prints the answer to register-disk, and a line for fail and wipe.
"""

import base64
import json
import socket
import sys

USAGE = """usage: dss_disk.py NAME MANAGER_IP MANAGER_PORT M_PORT C_PORT [late] [stubborn]
example: dss_disk.py F1 127.0.0.1 53000 53011 53012"""
FIELDS = ("file_name", "stripe_idx", "disk_index")


def open_port(port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", port))
    return sock


class Disk:
    def __init__(self):
        self.blocks = {}
        self.mode = "normal"

    def serve(self, data):
        try:
            message = json.loads(data.decode("utf-8"))
            cmd = message["cmd"]
            args = message.get("args", {})
        except (ValueError, KeyError, TypeError):
            return {"status": "FAILURE", "error": "bad json"}
        if cmd == "write-block":
            return self.write(args)
        if cmd == "read-block":
            return self.read(args)
        if cmd == "fail":
            self.blocks.clear()
            self.mode = "fail"
            print("failed", flush=True)
            return {"status": "SUCCESS", "event": "fail-complete"}
        if cmd == "wipe":
            self.blocks.clear()
            self.mode = "normal"
            print("wiped", flush=True)
            return {"status": "SUCCESS"}
        if cmd == "set-mode" and args.get("state") in ("normal", "fail"):
            self.mode = args["state"]
            return {"status": "SUCCESS", "mode": self.mode}
        return {"status": "FAILURE", "error": "unsupported"}

    def key(self, args):
        return (str(args["file_name"]), int(args["stripe_idx"]), int(args["disk_index"]))

    def write(self, args):
        try:
            key = self.key(args)
            str(args["dss_name"]), bool(args["is_parity"])
            self.blocks[key] = base64.b64decode(args["block_b64"])
        except (KeyError, ValueError, TypeError):
            return {"status": "FAILURE", "error": "missing/invalid fields"}
        return {"status": "SUCCESS"}

    def read(self, args):
        if self.mode == "fail":
            return {"status": "FAILURE", "error": "simulated failure"}
        try:
            key = self.key(args)
        except (KeyError, ValueError, TypeError):
            return {"status": "FAILURE", "error": "missing/invalid fields"}
        if key not in self.blocks:
            return {"status": "FAILURE", "error": "not found"}
        return {"status": "SUCCESS", "block_b64": base64.b64encode(self.blocks[key]).decode("ascii")}


def main():
    if "--help" in sys.argv or "-h" in sys.argv:
        print(USAGE)
        return
    if len(sys.argv) < 6 or not all(port.isdigit() for port in sys.argv[3:6]):
        print(USAGE, file=sys.stderr)
        sys.exit(2)
    name, ip, port, m_port, c_port = sys.argv[1:6]
    late = "late" in sys.argv[6:]
    commands = open_port(int(m_port))
    blocks = None if late else open_port(int(c_port))
    number = int(c_port) if late else blocks.getsockname()[1]
    args = {"disk_name": name, "ip": "127.0.0.1", "m_port": commands.getsockname()[1], "c_port": number}
    commands.sendto(json.dumps({"cmd": "register-disk", "args": args}).encode(), (ip, int(port)))
    data, _ = commands.recvfrom(12000)
    answer = json.loads(data.decode("utf-8"))
    print("register-disk -> %s" % answer, flush=True)
    if answer.get("status") != "SUCCESS" and "stubborn" not in sys.argv[6:]:
        sys.exit(1)
    if late:
        blocks = open_port(int(c_port))
    disk = Disk()
    while True:
        data, sender = blocks.recvfrom(65535)
        blocks.sendto(json.dumps(disk.serve(data)).encode(), sender)


if __name__ == "__main__":
    main()
