"""Decides which file users of one machine share, and when it is safe to open and to write.

Everybody may write into the machine's temporary folder, so whatever bears our name there may be
somebody's trap: a symbolic or hard link to a file of ours, a pipe that never answers, a lock that
is never given back. None of these is followed or waited for; the caller takes the next place.
"""

import errno
import os
import stat
import sys
import tempfile
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SIZE = 20  # bytes: all that is ever written
# Nobody holds the lock for longer than a read and a write; one who does (seconds) is no friend.
PATIENCE = 5.0
_NAME = "review-evidence-rate-"
_SHARED = ("/tmp", "/var/tmp")  # noqa: S108 (opened as `locked` says; TMPDIR is often one user's)
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def places(name: str) -> list[Path]:
    """Where the file `name` may be, best first: shared by the machine, then the user's own.

    `REVIEW_RATE_FOLDER` takes the place of all of them, for who shares one address with other
    machines (a network folder), or does not see the machine's temporary folder.
    """
    if chosen := os.environ.get("REVIEW_RATE_FOLDER"):
        return [Path(chosen) / name]
    shared = [Path(folder) / f"{_NAME}{name}" for folder in _SHARED if _is_shared(folder)]
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    user = getattr(os, "getuid", lambda: os.environ.get("USERNAME", ""))()
    own = [
        Path(home) / "review-evidence" / "eutils",
        Path(tempfile.gettempdir()) / f"review-evidence-{user}",
    ]
    return [*shared[:1], *(folder / name for folder in own)]


def _is_shared(folder: str) -> bool:
    """Whether all may write here, and nobody take away what another has written (sticky)."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    if stat.S_ISLNK(found.st_mode):  # /tmp of macOS leads to /private/tmp, which root alone sets
        if found.st_uid != 0:
            return False
        found = os.stat(folder)
    wanted = stat.S_ISVTX | stat.S_IWOTH
    return stat.S_ISDIR(found.st_mode) and found.st_mode & wanted == wanted


def locked(path: Path) -> int:
    """A handle of the file, locked until it is closed; made where it is not there yet.

    OSError where that cannot be, or where it is not a plain file of one name.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        handle = _opened(path)
        try:
            _check(handle, path)
            _lock(handle, deadline)
            if _is_still(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # the folder was tidied up while we waited


def read(handle: int) -> bytes:
    """What the file holds."""
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, SIZE)


def write(handle: int, data: bytes) -> None:
    """Put `data`, `SIZE` bytes, in place of what the file holds."""
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, data)


def _opened(path: Path) -> int:
    """The file opened; never made and opened in one go where it may be somebody else's.

    Linux refuses O_CREAT for files of others in a shared folder (fs.protected_regular).
    """
    tries = 5
    while True:
        try:
            return os.open(path, _FLAGS)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except PermissionError:  # made a moment ago, and not yet opened to all?
            if not (tries := tries - 1):
                raise
            time.sleep(0.01)
            continue
        try:
            handle = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if path.is_symlink():
                raise
            continue  # another was quicker
        if _is_shared(str(path.parent)):
            os.chmod(handle, 0o666)  # noqa: S103 (whatever the umask)
        return handle


def _check(handle: int, path: Path) -> None:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or found.st_size > SIZE:
        raise OSError(errno.EPERM, "Not a file of our own making", str(path))


def _is_still(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except FileNotFoundError:
        return False


def _lock(handle: int, deadline: float) -> None:
    pause = 0.0005
    while True:
        try:
            _try_lock(handle)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(pause)
            pause = min(0.01, pause * 2)
        else:
            return


if sys.platform == "win32":

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
