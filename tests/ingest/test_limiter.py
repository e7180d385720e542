"""Requests start no closer than the rule allows, whoever starts them."""

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from review.errors import StoreError
from review.ingest import slot_file
from review.ingest.limiter import Limiter

CALLER = """
import sys, time
from pathlib import Path
from review.ingest.limiter import Limiter
limiter = Limiter("host", rate=float(sys.argv[1]), directory=Path(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    limiter.wait()
    print(time.time(), flush=True)
"""
BOOKER = """
import sys
from pathlib import Path
from review.ingest.limiter import Limiter
limiter = Limiter("host", rate=float(sys.argv[1]), directory=Path(sys.argv[2]))
print(*(repr(limiter.book()) for _ in range(int(sys.argv[3]))))
"""


def most_in_a_second(starts: list[float]) -> int:
    starts = sorted(starts)
    return max(sum(s <= t < s + 1 for t in starts) for s in starts)


def starts_of_processes(
    folder: Path, *, processes: int, rate: float, each: int, code: str = CALLER
) -> list[float]:
    arguments = [sys.executable, "-c", code, str(rate), str(folder), str(each)]
    running = [
        subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    starts: list[float] = []
    for process in running:
        out, _ = process.communicate(timeout=60)
        starts += [float(line) for line in out.split()]
    assert len(starts) == processes * each
    return starts


def test_four_processes_share_ten_a_second(tmp_path: Path) -> None:  # invariant 25
    starts = starts_of_processes(tmp_path, processes=4, rate=10, each=6)
    assert most_in_a_second(starts) <= 10
    assert max(starts) - min(starts) < 1.2 * 23 / 10 + 0.2  # and no slower than they must be


@pytest.mark.slow
def test_four_processes_share_three_a_second(tmp_path: Path) -> None:  # invariant 25
    starts = starts_of_processes(tmp_path, processes=4, rate=3, each=5)
    assert most_in_a_second(starts) <= 3


def test_no_slot_is_ever_given_twice(tmp_path: Path) -> None:  # fails without the lock
    slots = sorted(starts_of_processes(tmp_path, processes=4, rate=1000, each=3000, code=BOOKER))
    assert min(b - a for a, b in pairwise(slots)) > 0.001


def test_threads_share_the_rate(tmp_path: Path) -> None:
    starts: list[float] = []

    def call() -> None:
        mine = Limiter("host", rate=20, directory=tmp_path)
        for _ in range(6):
            mine.wait()
            starts.append(time.time())

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(starts) == 24
    assert most_in_a_second(starts) <= 20


def test_a_caller_without_key_is_never_hurried_by_one_with(tmp_path: Path) -> None:
    keyed = Limiter("host", rate=10, directory=tmp_path)
    keyless = Limiter("host", rate=3, directory=tmp_path)
    keyless.wait()
    start = time.time()
    keyed.wait()
    assert time.time() - start > 1 / 3


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    Limiter("one.org:80", rate=0.1, directory=tmp_path).wait()
    start = time.time()
    Limiter("two.org:80", rate=0.1, directory=tmp_path).wait()
    assert time.time() - start < 1


def test_everybody_waits_when_the_server_asks_for_it(tmp_path: Path) -> None:
    Limiter("host", rate=100, directory=tmp_path).hold(0.4)
    start = time.time()
    Limiter("host", rate=100, directory=tmp_path).wait()
    assert 0.35 < time.time() - start < 1


@pytest.mark.parametrize(
    "left",
    ["", "half a num", f"{time.time() + 1e7:020.6f}"],
    ids=["nothing", "half a number", "a far future"],
)
def test_what_a_crash_or_a_wrong_clock_left_does_not_stop_anybody(
    tmp_path: Path, left: str
) -> None:
    (tmp_path / "host").write_text(left)
    start = time.time()
    Limiter("host", rate=100, directory=tmp_path).wait()
    assert time.time() - start < 1


def test_a_stopped_run_does_not_wait_for_its_slot(tmp_path: Path) -> None:
    limiter = Limiter("host", rate=0.05, directory=tmp_path)
    limiter.wait()
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    start = time.time()
    limiter.wait(stop)
    assert time.time() - start < 5


AS_USER = """
import os, sys, time
from review.ingest.limiter import Limiter
if sys.argv[2] != "0":
    os.environ["HOME"] = "/nonexistent"
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
limiter = Limiter(sys.argv[1], rate=20)
print(limiter._path, flush=True)
for _ in range(6):
    limiter.wait()
    print(time.time(), flush=True)
"""


@pytest.fixture
def shared_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A host of its own, and nothing left of it in the folder that all users share."""
    monkeypatch.delenv("REVIEW_RATE_FOLDER")
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    with suppress(FileNotFoundError):
        slot_file.places(name)[0].unlink()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root is two users")
def test_two_users_of_the_machine_share_the_rate(shared_name: str) -> None:  # invariant 25
    nobody = 65_534
    for first, second in ((nobody, 0), (0, nobody)):  # whoever is first makes the file
        running = [
            subprocess.Popen(
                [sys.executable, "-c", AS_USER, shared_name, str(user)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for user in (first, second, first, second)
        ]
        out = [process.communicate(timeout=60)[0].split() for process in running]
        assert {lines[0] for lines in out} == {str(slot_file.places(shared_name)[0])}
        starts = [float(line) for lines in out for line in lines[1:]]
        assert len(starts) == 24
        assert most_in_a_second(starts) <= 20
        slot_file.places(shared_name)[0].unlink()


def _symlink(path: Path, mine: Path) -> None:
    path.symlink_to(mine)


def _hard_link(path: Path, mine: Path) -> None:
    os.link(mine, path)


def _pipe(path: Path, mine: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path, mine: Path) -> None:
    path.mkdir()


def _long(path: Path, mine: Path) -> None:
    path.write_text("0" * 100)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("trap", [_symlink, _hard_link, _pipe, _folder, _long])
def test_a_trap_in_the_shared_folder_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trap: Callable[[Path, Path], None]
) -> None:
    mine, set_ = tmp_path / "precious", tmp_path / "shared"
    mine.write_text("precious")
    set_.mkdir()
    trap(set_ / "host", mine)
    monkeypatch.setattr(slot_file, "places", lambda name: [set_ / name, tmp_path / "own" / name])
    limiter = Limiter("host", rate=100)
    limiter.wait()
    assert mine.read_text() == "precious"
    assert (tmp_path / "own" / "host").stat().st_size == slot_file.SIZE


@pytest.mark.skipif(os.name != "posix", reason="another lock")
def test_a_lock_that_is_never_given_back_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slot_file, "PATIENCE", 0.2)
    monkeypatch.setattr(slot_file, "places", lambda name: [tmp_path / name, tmp_path / "own"])
    limiter = Limiter("host", rate=100)
    held = slot_file.locked(tmp_path / "host")
    limiter.wait()
    os.close(held)
    assert (tmp_path / "own").exists()


def test_a_shared_folder_is_one_that_keeps_what_others_wrote(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert not slot_file._is_shared(str(tmp_path))
    tmp_path.chmod(0o1777)
    assert slot_file._is_shared(str(tmp_path))
    assert not slot_file._is_shared(str(tmp_path / "none"))
    slot_file_of_all = tmp_path / "host"
    os.close(slot_file.locked(slot_file_of_all))
    assert slot_file_of_all.stat().st_mode & 0o777 == 0o666


def test_no_folder_to_write_in_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="No folder"):
        Limiter("host", rate=3, directory=tmp_path / "file")
