"""A node that never answers PROBE: it keeps the socket open and says nothing."""

import node

if __name__ == '__main__':
    node.main(ok=('OK', None), answers_probe=False)
