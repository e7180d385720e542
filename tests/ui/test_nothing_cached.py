"""Invariant 9: nothing that one member sees is kept in a cache that serves another."""

import ast
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "review" / "ui"


def test_no_page_uses_streamlits_caches_which_all_members_share() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr.startswith(("cache_", "experimental_")))
        or (isinstance(node, ast.alias) and node.name.startswith("cache_"))
    ]
    assert found == []
