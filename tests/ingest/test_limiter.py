"""Requests start no closer than the rule allows, whoever starts them."""

import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from review.errors import StoreError
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


def test_no_folder_to_write_in_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="No folder"):
        Limiter("host", rate=3, directory=tmp_path / "file")
