"""Runs a command at a terminal, types what a file says, and prints what is shown.

usage: at_terminal.py FILE COMMAND
"""

import os
import pty
import select
import sys
import time

with open(sys.argv[1], "rb") as typed:
    keys = typed.read()
child, terminal = pty.fork()
if child == 0:
    words = sys.argv[2].split(" ")
    os.execvp(words[0], words)
os.write(terminal, keys)
deadline = time.monotonic() + 30
while time.monotonic() < deadline:
    if not select.select([terminal], [], [], 0.2)[0]:
        continue
    try:
        shown = os.read(terminal, 4096)
    except OSError:  # its end, on Linux
        break
    if not shown:
        break
    sys.stdout.write(shown.decode())
    sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
