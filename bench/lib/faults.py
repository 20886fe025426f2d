"""Rows 1 to 3 and 5: the leader is killed, hangs, wakes."""

import failover
import rivals
from processes import Workshop
from roundtable import Roundtable


def ours(launcher, fault, *options):
    def once():
        with Workshop() as workshop:
            return failover.run(Roundtable(launcher, workshop, *options), fault)

    return once


def theirs(name, fault):
    def once():
        with Workshop() as workshop:
            return failover.run(rivals.RIVALS[name](workshop), fault)

    return once


def milliseconds(figures):
    return figures["seconds"] * 1000
