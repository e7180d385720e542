"""Two extractors' forms side by side: differences settled cell by cell, or talked over."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import Refused, ReviewError
from review.ui.beside import beside
from review.ui.document_view import document_view
from review.ui.extraction_view import cells_view
from review.ui.session import Database, SignedIn, current
from review.ui.settling_draft import NEW, choices, explained, keep, take_rest
from review.ui.words import count, plain
from review.vocab import Role

_SAID = "settle-said"


def compare_and_settle(db: Database, who: SignedIn, listed: Mapping[str, Any]) -> None:
    """Draw what a member may see and do about the two forms of a study."""
    study = listed["study"]
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said)) if said[0] != "!" else st.error(plain(said[1:]))
    if listed["stand"] == "settled":
        _settled(db, who, study)
        return
    if listed["stand"] == "given" and listed["waits"] != "agree":
        _ask(db, who, study)
        return
    try:
        found = actions.compare_extractions(db, who.caller, study)
    except Refused as refusal:
        st.info(plain(str(refusal)))
        return
    with beside("PDF beside the differences") as pane:
        _differences(db, who, found, labels(db))
    if pane is not None:
        with pane:
            document_view(db, who, f"study:{study}", quotes=False)


def labels(db: Database) -> dict[str, str]:
    """Return the label of every term."""
    return {
        term["code"]: term["label"] for facet in actions.codebook(db) for term in facet["terms"]
    }


def _settled(db: Database, who: SignedIn, study: int) -> None:
    cells_view(db, who, study)
    if who.may(Role.ADJUDICATOR, Role.OWNER):
        with st.expander("Extract it anew"):
            why = st.text_input("Why", key=f"why-anew-{study}")
            st.button("Open it again", on_click=_reopen, args=(study,), disabled=not why.strip())


def _reopen(study: int) -> None:
    db, who = current()
    why = st.session_state.get(f"why-anew-{study}", "")
    _say(lambda: actions.reopen_extraction(db, who.caller, study, why=why), "It is open again.")


def _ask(db: Database, who: SignedIn, study: int) -> None:
    if actions.extraction(db, who.caller, study)["asked"]:
        st.info("You asked to talk it over. Both forms open once the other has asked, too.")
        return
    st.info(
        "You gave your form. It is compared when both are in; you stay blind to the other's until "
        "the study is settled, or until both of you ask to talk it over."
    )
    st.button(
        "Ask to talk it over",
        icon=":material/forum:",
        on_click=_discuss,
        args=(study,),
        help="Your form can no longer be changed then. Both open once both have asked.",
    )


def _discuss(study: int) -> None:
    db, who = current()
    _say(
        lambda: actions.discuss_extraction(db, who.caller, study),
        "Noted. Both forms open once both have asked.",
    )


def _differences(
    db: Database, who: SignedIn, found: Mapping[str, Any], terms: Mapping[str, str]
) -> None:
    study, differences = found["study"], found["differences"]
    keep(study, [cell["cell"] for cell in differences])
    made = choices(db, who, study)
    left = [cell for cell in differences if cell["cell"] not in made]
    names = found["names"]
    st.caption(
        plain(
            f"{count(len(differences), 'cell')} of {len(found['cells'])} differ, "
            f"{len(left)} not chosen yet. "
            + (f"A is {names['A']}, B is {names['B']}." if names else "Who is A and B is blind.")
        )
    )
    if found["proposals"]:
        said = ", ".join(names.get(one, one) for one in found["proposals"])
        st.info(plain(f"{said} said what you agreed on; choose the same and it is settled."))
    one, other, rest = st.columns(3)
    for side, place in (("A", one), ("B", other)):
        place.button(
            f"Take {side} for the rest",
            on_click=take_rest,
            args=(study, [cell["cell"] for cell in left], side),
            disabled=not left,
            width="stretch",
        )
    rest.button(
        "Settle",
        type="primary",
        icon=":material/gavel:",
        shortcut="Ctrl+Enter",
        disabled=bool(left) or not explained(made),
        help="Each difference is chosen first; a new value says why.",
        on_click=_settle,
        args=(study,),
        width="stretch",
    )
    for cell in differences:
        _difference(study, cell, made.get(cell["cell"], {}), terms)
    with st.expander(f"{len(found['cells']) - len(differences)} cells agree"):
        st.dataframe(
            [
                {
                    "cell": c["cell"],
                    "row": c["row"],
                    "what": c["label"],
                    "both": value(c["A"], terms),
                }
                for c in found["cells"]
                if c["equal"]
            ],
            hide_index=True,
        )


def _difference(
    study: int, cell: Mapping[str, Any], choice: Mapping[str, Any], terms: Mapping[str, str]
) -> None:
    """Draw one difference: A, B, or a new value with its reason."""
    name = cell["cell"]
    with st.container(key=f"differs-{study}-{name}", border=True):
        title = f"**{plain(cell['label'] or name)}** :gray[{plain(name)}]"
        st.markdown(
            title + (f" :gray[{plain(cell['row'])}]" if cell["name"] and cell["row"] else "")
        )
        for side, source in cell["sources"].items():
            if source:
                st.caption(plain(f"{side}: {actions.source_in_words(source)}"))
        options = ["A", "B", NEW] if cell["name"] else ["A", "B"]
        key = f"choice-{study}-{name}"
        st.session_state.setdefault(key, choice.get("takes"))
        st.segmented_control(
            name,
            options,
            key=key,
            format_func=lambda side: _option(side, cell, terms),
            label_visibility="collapsed",
            on_change=keep,
            args=(study,),
            width="stretch",
        )
        if choice.get("takes") != NEW:
            return
        left, right = st.columns(2)
        with left:
            _new_value(study, name, cell, choice, terms)
        with right:
            why = f"why-{study}-{name}"
            st.session_state.setdefault(why, choice.get("why", ""))
            st.text_input("Why", key=why, on_change=keep, args=(study,))


def _option(side: str, cell: Mapping[str, Any], terms: Mapping[str, str]) -> str:
    if side == NEW:
        return "a new value"
    if cell["missing"] == side:
        return f"{side}: not there"
    if not cell["name"]:
        return f"{side}: there"
    return plain(f"{side}: {value(cell[side], terms) or '(empty)'}")


def value(given: Any, terms: Mapping[str, str]) -> str:
    """Return a value in words: terms by their labels."""
    every = given if isinstance(given, list) else [] if given is None else [given]
    return ", ".join(terms.get(str(one), _number(one)) for one in every)


def _number(given: Any) -> str:
    return f"{given:g}" if isinstance(given, float) else str(given)


def _new_value(
    study: int,
    name: str,
    cell: Mapping[str, Any],
    choice: Mapping[str, Any],
    terms: Mapping[str, str],
) -> None:
    key = f"value-{study}-{name}"
    sides = [one for one in (cell["A"], cell["B"]) if isinstance(one, list)]
    codes = [code for side in sides for code in side if code in terms]
    if codes:
        space = codes[0].partition(".")[0]
        options = [code for code in terms if code.partition(".")[0] == space]
        st.session_state.setdefault(
            key, [one for one in choice.get("value") or [] if one in options]
        )
        st.multiselect(
            "Value", options, key=key, format_func=terms.__getitem__, on_change=keep,
            args=(study,),
        )  # fmt: skip
        return
    given = choice.get("value")
    shown = "; ".join(given) if isinstance(given, list) else str(given or "")
    st.session_state.setdefault(key, shown)
    st.text_input("Value", key=key, on_change=keep, args=(study,))


def _settle(study: int) -> None:
    keep(study)
    db, who = current()
    made = choices(db, who, study)
    open_ = {c["cell"] for c in actions.compare_extractions(db, who.caller, study)["differences"]}
    chosen = [one for name, one in made.items() if name in open_]

    def act() -> str:
        done = actions.settle_extraction(db, who.caller, study, chosen)
        return "The study is settled." if done["settled"] else "Stored; the other confirms next."

    _say(act, "")


def _say(act: Any, done: str) -> None:
    try:
        told = act()
        st.session_state[_SAID] = told if isinstance(told, str) else done
    except ReviewError as error:
        st.session_state[_SAID] = f"!{error}"
