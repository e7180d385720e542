"""The Streamlit entry: `review serve`, `streamlit run app.py` or `python app.py` start it."""

import streamlit as st

from review.ui.keeping import lifespan
from review.ui.routes import routes
from review.ui.server import CONFIG, MIDDLEWARE, SCRIPT, show_sentence

app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=routes(),
    middleware=MIDDLEWARE,
    on_script_error=show_sentence,
)

if __name__ == "__main__":
    app.run(config=CONFIG)
