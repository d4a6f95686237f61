"""The folder ``.docpipe`` in which a runtime keeps everything, and which no two runtimes share."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path
from typing import Final

from local.errors import LocalRuntimeError

STATE_FOLDER: Final = ".docpipe"
_MAX_SIDE_BY_SIDE: Final = 16


class StateFolder:
    """A claimed folder. What a former run left there is cleared, but for the database server's files.

    Attributes:
        path: the folder itself.
        logs: one log file a function, and those of the servers.
        temporary: the ``/tmp`` of each execution environment.
        objects: bodies of the emulated S3 objects.
        postgres: files of the database server, kept: making them takes longer than starting it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self.temporary = path / "tmp"
        self.objects = path / "objects"
        self.postgres = path / "postgres"
        path.mkdir(parents=True, exist_ok=True)
        # Locks of this kind end with their process, however it ends: no stale lock can be left.
        self._lock = (path / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise

    @classmethod
    def claim(cls, root: Path) -> StateFolder:
        """Take ``root/.docpipe``, or ``root/.docpipe/side-2`` and so on while others run there.

        Raises:
            LocalRuntimeError: too many runtimes run in this folder, or it cannot be written to.
        """
        first = root.resolve() / STATE_FOLDER
        for path in (first, *(first / f"side-{number}" for number in range(2, _MAX_SIDE_BY_SIDE + 1))):
            try:
                folder = cls(path)
            except BlockingIOError:
                continue
            except OSError as error:
                raise LocalRuntimeError(
                    f"{path} cannot be used: {error.strerror}. Make the project folder writable for this user."
                ) from error
            folder.clear()
            return folder
        raise LocalRuntimeError(
            f"{_MAX_SIDE_BY_SIDE} runtimes already run in {first}. End one of them, or use another project folder."
        )

    def clear(self) -> None:
        """Empty the logs, temporary files and objects."""
        for folder in (self.logs, self.temporary, self.objects):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)

    def release(self) -> None:
        """Let another runtime have the folder."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self._lock.close()
