"""Single things that a node does wrong, by name: each is a class that is mixed into stranger.Stranger before it."""

BUGS = {}


def bug(name):
    """Marks a class as that bug."""

    def marked(kind):
        BUGS[name] = kind
        return kind

    return marked
