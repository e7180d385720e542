"""One's own appraisal of a study: a question at a time from the keyboard, kept as it is typed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui.appraisal_giving import SIGNS, appraisal, elsewhere, place_key, whole
from review.ui.callbacks import uncut
from review.ui.session import Database, SignedIn, current
from review.ui.words import count, plain

Document = Mapping[str, Any]
_TEXTS = {"reason": "Why", "quote": "Quote (at most 50 words)", "page": "Page"}


def form(db: Database, who: SignedIn, study: int) -> None:
    """Draw the appraisal of a study: what is asked, what was answered, what it amounts to."""
    asked_for = st.session_state.get(f"tool-{study}")
    found = actions.appraisal_form(db, who.caller, study, tool=asked_for)
    if not found["open"]:
        st.info(plain(found["closed"]))
        shown = found["settled"] or found["mine"]
        if shown:
            st.markdown("**Settled**" if found["settled"] else "**Yours**")
            appraisal(shown)
        return
    st.caption(plain(found["why"]))
    given = _given(found)
    tool = _tool(db, found, given)
    if tool is None:
        return
    if found["mine"] and not found["draft"]:
        st.caption("You have given this appraisal; you may change it until it is settled.")
    now = actions.appraisal_preview(db, tool["tool"], _codes(given))
    left, right = st.columns([3, 2], gap="large")
    with right:
        place = _list(study, tool, given, now)
    with left:
        _item(study, tool, given, now, place)
        whole(db, who, study, tool, given, now)
    elsewhere(db, who, study, tool)


def _given(found: Document) -> dict[str, Any]:
    """What stands so far: the draft, else what was given."""
    given = dict(found["draft"] or found["mine"] or {})
    tool = (found["tool"] or {}).get("tool")
    if given.get("tool") not in (None, tool):
        given = {}  # the answers were to another tool
    given.setdefault("answers", {})
    return given | {"tool": tool}


def _tool(db: Database, found: Document, given: dict[str, Any]) -> Document | None:
    """The tool in use, another one chosen with a reason."""
    study, proposed = found["study"], found["proposed_tool"]
    names = {one["tool"]: one["title"] for one in actions.tools(db)}
    own = [one["tool"] for one in actions.tools(db) if one["own"]]
    choices = list(dict.fromkeys([*found["fits"], *own])) or list(names)
    key = f"tool-{study}"
    now = (found["tool"] or {}).get("tool")
    if len(choices) > 1 or now is None:
        st.selectbox(
            "Tool",
            choices,
            index=choices.index(now) if now in choices else None,
            format_func=lambda name: names[name] + (" (proposed)" if name == proposed else ""),
            key=key,
            placeholder="Choose a tool",
        )
    if found["tool"] is None:
        return None
    if proposed and now != proposed:
        why = st.text_input(
            "Why this tool", value=given.get("tool_reason") or "", key=f"why-{study}-{now}"
        )
        if why != (given.get("tool_reason") or ""):
            given["tool_reason"] = why
            _keep(study, given)
    one: Document = found["tool"]
    return one


def _list(study: int, tool: Document, given: Document, now: Document) -> str | None:
    """The items in order, each a way to it; return the one to answer next."""
    wanted, missing = now["asked"], now["missing"]
    key = place_key(study, tool["tool"])
    if st.session_state.get(key) not in wanted:
        st.session_state[key] = missing[0] if missing else (wanted[0] if wanted else None)
    done = len(wanted) - len(missing)
    st.progress(done / max(len(wanted), 1), f"{done} of {count(len(wanted), 'question')} answered")
    domains = {domain["id"]: domain["label"] for domain in tool["domains"]}
    items = {item["id"]: item for item in tool["items"]}
    for domain, label in domains.items():
        mine = [item for item in wanted if items[item]["domain"] == domain]
        if not mine:
            continue
        sign = SIGNS[now["domains"][domain]] if domain in now["domains"] else ""
        st.markdown(f"{sign} **{plain(label)}**")
        with st.container(horizontal=True, gap="small"):
            for item in mine:
                said = (given["answers"].get(item) or {}).get("answer")
                st.button(
                    f"{item} {said or '·'}",
                    on_click=_go,
                    args=(key, item),
                    type="primary" if item == st.session_state[key] else "secondary",
                    key=f"to-{study}-{tool['tool']}-{item}",
                    help=items[item]["question"],
                )
    place: str | None = st.session_state[key]
    return place


def _item(study: int, tool: Document, given: Document, now: Document, id: str | None) -> None:
    item = next((one for one in tool["items"] if one["id"] == id), None)
    if item is None:
        return
    said = given["answers"].get(id) or {}
    with st.container(border=True):
        st.markdown(f"**{plain(item['id'])}. {plain(item['question'])}**")
        if item["help"]:
            st.caption(plain(item["help"]))
        choices = [(one["code"], one["label"], one["stars"]) for one in item["answers"]]
        choices += [("na", "Not applicable", 0)] if item["not_applicable"] else []
        with st.container(horizontal=True, gap="small"):
            for number, (code, label, stars) in enumerate(choices, 1):
                key = "0" if code == "na" else str(number)
                st.button(
                    f"{label}{' ' + '★' * stars if stars else ''}",
                    shortcut=key,
                    type="primary" if said.get("answer") == code else "secondary",
                    on_click=_answer,
                    args=(study, tool["tool"], id, code),
                    key=f"answer-{study}-{tool['tool']}-{id}-{code}",
                )
        if said.get("answer") == "na" and not said.get("reason"):
            st.warning("Not applicable needs a reason: say why below.")
        for name, label in _TEXTS.items():
            key = f"{name}-{study}-{tool['tool']}-{id}"
            # kept as soon as it is left, whatever is pressed next
            st.text_input(
                label,
                value=said.get(name) or "",
                key=key,
                on_change=_text,
                args=(study, tool["tool"], id, name, key),
            )
        with st.container(horizontal=True):
            order = now["asked"]
            at = order.index(id)
            before, after = order[max(at - 1, 0)], order[min(at + 1, len(order) - 1)]
            place = place_key(study, tool["tool"])
            st.button("Back", shortcut="Left", on_click=_go, args=(place, before), key="item-back")
            st.button("On", shortcut="Right", on_click=_go, args=(place, after), key="item-on")
            st.caption("Digits answer, 0 is not applicable, arrows turn the pages.")


def _answer(study: int, tool: str, item: str, code: str) -> None:
    """Keep an answer and go to the next question that has none."""
    db, who = current()
    given = _stands(db, who, study, tool)
    said = {**(given["answers"].get(item) or {}), "answer": code}
    given["answers"] = {**given["answers"], item: said}
    _keep(study, given)
    if code == "na" and not said.get("reason"):
        return  # its reason is asked for before going on
    now = actions.appraisal_preview(db, tool, _codes(given))
    after = now["asked"][now["asked"].index(item) + 1 :] if item in now["asked"] else []
    open_ = [one for one in (*after, *now["asked"]) if one in now["missing"]]
    st.session_state[place_key(study, tool)] = open_[0] if open_ else item


@uncut
def _text(study: int, tool: str, item: str, name: str, key: str) -> None:
    typed = st.session_state[key]  # first of all: looking later may find the run cut short
    db, who = current()
    given = _stands(db, who, study, tool)
    said = {**(given["answers"].get(item) or {}), name: typed}
    _keep(study, given | {"answers": {**given["answers"], item: said}})


def _stands(db: Database, who: SignedIn, study: int, tool: str) -> dict[str, Any]:
    """What is kept now: a key may be pressed before the page has heard of the last one."""
    return _given(actions.appraisal_form(db, who.caller, study, tool=tool))


def _keep(study: int, given: Mapping[str, Any]) -> None:
    db, who = current()
    kept = {key: given[key] for key in ("tool", "tool_reason", "answers") if key in given}
    actions.draft_appraisal(db, who.caller, study, kept)


def _go(key: str, item: str) -> None:
    st.session_state[key] = item


def _codes(given: Document) -> dict[str, str]:
    return {i: one["answer"] for i, one in given["answers"].items() if (one or {}).get("answer")}
