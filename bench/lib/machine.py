"""What the figures were measured on, and what a process takes of it."""

import os
import subprocess


def describe():
    """One line: cores, memory, system, Java, load averages of the last 1, 5 and 15 minutes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = os.uname()
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB memory, {system.sysname} {system.release} {system.machine}, "
        f"Java {java_version()}, load before {load()}"
    )


def load():
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def java_version():
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
    try:
        text = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30).stderr
    except OSError:
        return "not found"
    return text.split('"')[1] if '"' in text else "unknown"


def memory_mb(pid, peak=False):
    """Resident memory now, or the most it ever was."""
    field = "VmHWM:" if peak else "VmRSS:"
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    raise OSError(f"no {field} of {pid}")


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def free_memory_mb():
    """What could be had without anything being swapped out."""
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) >> 10
    return 0


def cpu_seconds(pid):
    """Of a process so far, its own and the system's on its behalf; 0 of one that is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def file_system(folder):
    """The kind of the file system that a folder is on, such as tmpfs."""
    folder = os.path.realpath(folder)
    best = ("", "unknown")
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, point, kind = line.split()[:3]
            inside = folder == point or folder.startswith(point.rstrip("/") + "/")
            if inside and len(point) >= len(best[0]):
                best = (point, kind)
    return best[1]
