"""A node that says OK as a pair."""

import node

if __name__ == '__main__':
    node.main(ok=('OK', None))
