"""A node that says OK as a bare text, and takes the first member of a COORDINATOR for the leader."""

import node

if __name__ == '__main__':
    node.main(ok='OK', takes_first_for_leader=True)
