"""The commands that the help lists, asked of the shipped review, word by word."""

import csv
import io
import json
import shlex
from pathlib import Path
from typing import Any

import pandas as pd

from tests.command_line import review


class Asked:
    """The commands of the help, and the shipped review they are run on."""

    def __init__(self, database: Path) -> None:
        self.database = database
        listed = json.loads(self.run("review questions --json"))
        self.commands = {one["id"]: one["command"] for one in listed}
        record = json.loads(self.run("review export reports --format csv --json"))["content"]
        rows = csv.DictReader(io.StringIO(record))
        self.accession = {int(row["record"]): row["accession"] for row in rows}

    def run(self, command: str) -> str:
        answer = review(*shlex.split(command)[1:], database=f"sqlite:///{self.database}")
        assert (answer.status, answer.err) == (0, ""), answer
        return answer.out

    def json(self, id_: str, more: str = "") -> Any:
        return json.loads(self.run(f"{self.commands[id_]} {more} --json"))

    def rows(self, id_: str) -> pd.DataFrame:
        """The data behind a picture, with the shipped study ids of each row."""
        written = self.run(f"{self.commands[id_]} --format csv")
        found = pd.read_csv(io.StringIO(written), dtype=str, keep_default_na=False)
        found["ids"] = [
            {self.study(int(one)) for one in cell.split("; ") if one} for cell in found.study_ids
        ]
        return found

    def study(self, number: int) -> str:
        return self.by_number[number]

    @property
    def by_number(self) -> dict[int, str]:
        if not hasattr(self, "_by_number"):
            listed = json.loads(self.run("review studies --json"))
            self._by_number = {one["study"]: self.accession[one["reports"][0]] for one in listed}
        return self._by_number
