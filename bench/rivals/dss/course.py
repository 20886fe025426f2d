"""A manager and disks of the DSS protocol as a course's programs are: one thread, one datagram at a time, all in memory.

    course.py manager PORT
    course.py disk NAME IP MANAGER_PORT C_PORT

Nothing is checked, kept on disk or repaired. That is what a user sees of such programs when all goes well, and so the
least that a manager and disks in Python can cost.
"""

import json
import os
import socket
import sys


def serve(port, answer):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind(("127.0.0.1", port))
    while True:
        data, sender = sock.recvfrom(65535)
        command = json.loads(data.decode("utf-8"))
        said = answer(command["cmd"], command.get("args", {}))
        sock.sendto(json.dumps(said).encode("utf-8"), sender)


class Manager:
    def __init__(self):
        self.disks = {}
        self.dsses = {}

    def answer(self, cmd, args):
        said = getattr(self, cmd.replace("-", "_"), lambda args: {})(args)
        return {"status": "FAILURE", "error": said} if isinstance(said, str) else {"status": "SUCCESS", **said}

    def register_disk(self, args):
        self.disks[args["disk_name"]] = {"ip": args["ip"], "c_port": args["c_port"], "dss": None}
        return {}

    def configure_dss(self, args):
        free = [name for name, disk in self.disks.items() if disk["dss"] is None][: args["n"]]
        if len(free) < args["n"]:
            return "fewer than n disks with state Free"
        for name in free:
            self.disks[name]["dss"] = args["dss_name"]
        self.dsses[args["dss_name"]] = {**args, "disks": free, "files": {}}
        return {"dss": {**args, "disks": free}}

    def shape(self, name):
        dss = self.dsses[name]
        disks = [
            {"disk_name": disk, "ip": self.disks[disk]["ip"], "c_port": self.disks[disk]["c_port"]}
            for disk in dss["disks"]
        ]
        return {"dss_name": name, "n": dss["n"], "striping_unit": dss["striping_unit"], "disks": disks}

    def copy_prepare(self, args):
        return {"dss": self.shape(args["dss_name"]), "file": {"name": args["file_name"]}}

    def copy_complete(self, args):
        line = {"owner": args["owner"], "size": args["size"], "sha256": args.get("sha256")}
        self.dsses[args["dss_name"]]["files"][args["file_name"]] = line
        return {}

    def read_prepare(self, args):
        line = self.dsses[args["dss_name"]]["files"].get(args["file_name"])
        if line is None:
            return "file not found"
        return {"dss": self.shape(args["dss_name"]), "file": {"name": args["file_name"], **line}}

    def decommission_dss(self, args):
        dss = self.shape(args["dss_name"])
        for name in self.dsses.pop(args["dss_name"])["disks"]:
            self.disks[name]["dss"] = None
        return {"dss": dss}


class Disk:
    def __init__(self):
        self.blocks = {}

    def answer(self, cmd, args):
        if cmd == "write-block":
            self.blocks[(args["file_name"], args["stripe_idx"])] = args["block_b64"]
        elif cmd == "read-block":
            block = self.blocks.get((args["file_name"], args["stripe_idx"]))
            if block is None:
                return {"status": "FAILURE", "error": "not found"}
            return {"status": "SUCCESS", "block_b64": block}
        elif cmd == "wipe":
            self.blocks.clear()
        return {"status": "SUCCESS"}


def register(name, ip, manager_port, c_port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(5)
    args = {"disk_name": name, "ip": ip, "m_port": c_port, "c_port": c_port}
    sock.sendto(json.dumps({"cmd": "register-disk", "args": args}).encode("utf-8"), ("127.0.0.1", manager_port))
    sock.recvfrom(12000)


def main():
    if sys.argv[1] == "manager":
        serve(int(sys.argv[2]), Manager().answer)
    else:
        name, ip, manager_port, c_port = sys.argv[2:6]
        register(name, ip, int(manager_port), int(c_port))
        serve(int(c_port), Disk().answer)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        os._exit(130)
