"""The page worker's program: ``python -m docpipe.workers.main``; started by ``docpipe.workers.worker`` only.

It loads what reading needs, and neither AWS's nor the database's libraries: the processes of one
environment share its memory.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pickle
from multiprocessing.connection import Connection

from docpipe.workers.desk import Desk
from docpipe.workers.limits import Leftovers, die_with, limit_memory
from docpipe.workers.protocol import LetGo, Started, encode, receive


def main() -> None:
    """Serve requests until the parent closes the connection or ends."""
    arguments = _arguments()
    die_with(arguments.parent)
    limit_memory(arguments.data_bytes)
    reading = importlib.import_module(arguments.reader)
    # Until here whatever goes wrong is ours, and its words help. From now on there are documents,
    # and their parsers quote them: MuPDF and Tesseract write warnings to standard error.
    _silence()
    connection = Connection(arguments.socket)
    desk = Desk(reading, arguments.engine)
    try:
        connection.send_bytes(encode(Started()))
        leftovers = Leftovers()
        while True:
            request = receive(connection)
            if isinstance(request, LetGo):
                desk.let_go()
            else:
                connection.send_bytes(desk.answer(request))
            leftovers.give_back()
    except (EOFError, OSError, pickle.UnpicklingError):
        # The parent has ended or wants no more.
        return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("socket", "parent", "data-bytes"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("reader", "engine"):
        parser.add_argument(f"--{name}", required=True)
    return parser.parse_args()


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


if __name__ == "__main__":
    main()
