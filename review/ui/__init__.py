"""The app: pages and JSON routes that parse what a person did, call one action, show the answer.

How a page is written: one module in `review/ui/pages` with one function `page`.

    import streamlit as st
    from review import actions
    from review.ui.session import Database, SignedIn

    def page(db: Database, who: SignedIn) -> None:
        st.header("Searches")
        for search in actions.searches(db, who.caller):
            ...

- List it in `review/ui/catalogue.py` (module, title, icon, roles that see it). A module that
  does not exist yet is left out. Roles only decide what is listed; actions authorise.
- `who` was checked at the top of this run. A callback or a fragment runs at another time and asks
  again: `db, who = session.current()` (it stops the run where the sign-in has ended).
- A ReviewError that leaves `page` is shown as its sentence; catch it only to say more.
- `main.py` draws title, member, sign-out and the notice of a demonstration review on every page.
- `st.session_state` holds what is being typed, nothing else; nothing personal is cached.
"""
