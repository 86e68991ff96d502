"""The one way to stop with a sentence for a person."""


class Halt(Exception):
    """What is wrong and how to mend it, in one sentence that a person can act on.

    Raised wherever starting cannot go on; the command line prints it without a traceback and exits with 1.
    """
