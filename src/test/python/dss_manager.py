"""A manager of the DSS protocol with the manners of those that were published, as black boxes see them.

    dss_manager.py PORT

One thing at a time, everything in memory, nothing ever given up by itself: a copy whose user died holds its DSS for good, what comes
twice is carried out twice, and whoever registers once is known for ever. Port 0 takes a free one. Prints its port, then each command.
"""

import json
import random
import socket
import sys

LIMIT = 15


class Refused(Exception):
    pass


def need(condition, error):
    if not condition:
        raise Refused(error)


def is_name(name):
    return isinstance(name, str) and 0 < len(name) <= LIMIT


class Manager:
    def __init__(self):
        self.users = {}
        self.disks = {}
        self.dsses = {}

    def dss(self, args):
        need(self.dsses, "no DSS configured")
        need(args.get("dss_name") in self.dsses, "no such dss")
        return self.dsses[args["dss_name"]]

    def idle(self, dss):
        need(dss["busy"] is None, "busy: %s in progress" % (dss["busy"] and dss["busy"][0]))

    def shape(self, dss, addresses=True):
        disks = [
            {"disk_name": name, "ip": self.disks[name]["ip"], "c_port": self.disks[name]["c_port"]}
            if addresses
            else name
            for name in dss["disks"]
        ]
        return {"dss_name": dss["name"], "n": dss["n"], "striping_unit": dss["unit"], "disks": disks}

    # ---- commands

    def register_user(self, args):
        name = args.get("user_name")
        need(is_name(name) and name not in self.users, "duplicate or bad user_name")
        self.users[name] = {"ip": args["ip"], "m_port": int(args["m_port"]), "c_port": int(args["c_port"])}

    def register_disk(self, args):
        name = args.get("disk_name")
        need(is_name(name) and name not in self.disks, "duplicate or bad disk_name")
        disk = {"ip": args["ip"], "m_port": int(args["m_port"]), "c_port": int(args["c_port"]), "state": "Free"}
        self.disks[name] = disk

    def configure_dss(self, args):
        name, n, unit = args.get("dss_name"), int(args["n"]), int(args["striping_unit"])
        need(is_name(name) and name not in self.dsses, "bad or duplicate dss_name")
        need(n >= 3, "n must be >= 3")
        fits = 128 <= unit <= 1 << 20 and unit & (unit - 1) == 0
        need(fits, "striping_unit must be a power of two in [128, 1048576]")
        free = [disk for disk, about in self.disks.items() if about["state"] == "Free"]
        need(len(free) >= n, "fewer than n disks with state Free")
        picked = random.sample(free, n)
        for disk in picked:
            self.disks[disk]["state"] = "InDSS:" + name
        self.dsses[name] = {
            "name": name, "n": n, "unit": unit, "disks": picked, "files": {}, "busy": None, "reads": 0
        }
        return {"dss": self.shape(self.dsses[name], False)}

    def ls(self, args):
        need(self.dsses, "no DSS configured")
        return {
            "listing": {
                "users": list(self.users),
                "disks": [{"name": name, "state": about["state"]} for name, about in self.disks.items()],
                "dsses": [dict(self.shape(dss, False), files=dss["files"]) for dss in self.dsses.values()],
                "free_disks": [name for name, about in self.disks.items() if about["state"] == "Free"],
            }
        }

    def copy_prepare(self, args):
        dss = self.dss(args)
        self.idle(dss)
        need(dss["reads"] == 0, "reads-in-progress")
        dss["busy"] = ("copy", args["owner"], args["file_name"])
        return {"dss": self.shape(dss), "file": {"name": args["file_name"]}}

    def copy_complete(self, args):
        dss = self.dss(args)
        mine = ("copy", args.get("owner"), args.get("file_name"))
        need(dss["busy"] == mine, "no copy in progress for this dss/user")
        dss["files"][args["file_name"]] = {
            "owner": args["owner"], "size": int(args["size"]), "sha256": args.get("sha256")
        }
        dss["busy"] = None

    def read_prepare(self, args):
        dss = self.dss(args)
        self.idle(dss)
        need(args.get("file_name") in dss["files"], "file not found")
        about = dss["files"][args["file_name"]]
        need(args.get("user_name") in (None, about["owner"]), "NOT_OWNER")
        dss["reads"] += 1
        return {"dss": self.shape(dss), "file": dict(about, name=args["file_name"])}

    def read_complete(self, args):
        for dss in self.dsses.values():
            if args.get("dss_name") in (None, dss["name"]):
                dss["reads"] = max(0, dss["reads"] - 1)

    def disk_failure(self, args):
        dss = self.dss(args)
        self.idle(dss)
        need(dss["reads"] == 0, "reads-in-progress")
        dss["busy"] = ("disk-failure",)
        return {"dss": self.shape(dss), "files": dss["files"]}

    def recovery_complete(self, args):
        dss = self.dss(args)
        need(dss["busy"] == ("disk-failure",), "no disk-failure in progress")
        dss["busy"] = None

    def decommission_dss(self, args):
        dss = self.dss(args)
        self.idle(dss)
        need(dss["reads"] == 0, "reads-in-progress")
        dss["busy"] = ("decommission",)
        return {"dss": self.shape(dss)}

    def decommission_complete(self, args):
        dss = self.dss(args)
        need(dss["busy"] == ("decommission",), "no decommission in progress")
        for disk in dss["disks"]:
            self.disks[disk]["state"] = "Free"
        del self.dsses[dss["name"]]

    def deregister_user(self, args):
        need(self.users.pop(args.get("user_name"), None), "no such user")

    def deregister_disk(self, args):
        need(args.get("disk_name") in self.disks, "no such disk")
        need(self.disks[args["disk_name"]]["state"] == "Free", "disk is InDSS; cannot deregister")
        del self.disks[args["disk_name"]]

    def serve(self, data):
        try:
            message = json.loads(data.decode("utf-8"))
            cmd, args = message["cmd"], message.get("args", {})
            action = getattr(self, cmd.replace("-", "_"), None)
            need(action is not None and cmd not in ("serve", "dss", "idle", "shape"), "unsupported")
            answer = dict({"status": "SUCCESS"}, **(action(args) or {}))
        except Refused as refused:
            cmd, answer = message["cmd"], {"status": "FAILURE", "error": str(refused)}
        except (ValueError, KeyError, TypeError) as wrong:
            cmd, answer = "?", {"status": "FAILURE", "error": "bad message: %r" % wrong}
        print("%s -> %s %s" % (cmd, answer["status"], answer.get("error", "")), flush=True)
        return answer


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", int(sys.argv[1])))
    print("port %d" % sock.getsockname()[1], flush=True)
    manager = Manager()
    while True:
        data, sender = sock.recvfrom(65535)
        sock.sendto(json.dumps(manager.serve(data)).encode(), sender)


if __name__ == "__main__":
    main()
