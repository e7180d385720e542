"""Puts the claims and documents of a shipped review in place, where its folder holds them."""

from pathlib import Path

from review.actions.caller import Caller
from review.actions.claiming import add_claims, read_all_claims
from review.actions.writings import put_writing
from review.store.engine import Database
from review.vocab import Writing


def add_shipped_texts(db: Database, owner: Caller, folder: Path) -> None:
    """Add claims.yaml and the documents of a folder; the owner has then read every claim."""
    claims = folder / "claims.yaml"
    if claims.is_file():
        add_claims(db, owner, claims.read_text(encoding="utf-8"), name=claims.name)
        read_all_claims(db, owner)
    for kind in Writing:
        path = folder / f"{kind.value.replace('-', '_')}.yaml"
        if path.is_file():
            put_writing(db, owner, kind.value, path.read_text(encoding="utf-8"), name=path.name)
