"""How members that print nothing are asked whom they follow."""

import http.client
import json
import socket
import time

TIMEOUT_SECONDS = 0.3


def now():
    return time.time()


def zookeeper_mode(port):
    """leader, follower, or None for no answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
            connection.sendall(b"srvr")
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
    except OSError:
        return None
    modes = [line.split()[1] for line in answer.decode().splitlines() if line.startswith("Mode:")]
    return modes[0] if modes else None


def etcd_leader(port):
    """(the leader's id, its own id), or None for no answer."""
    status = etcd_status(port)
    return (status.get("leader", "0"), status["header"]["member_id"]) if status else None


def etcd_status(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", "/v3/maintenance/status", "{}")
        answer = json.loads(connection.getresponse().read())
        return answer if "header" in answer else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
