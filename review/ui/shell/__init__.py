"""The script Streamlit runs, in a folder of its own.

Streamlit takes a folder `pages` beside its script for pages to be run by address, past the
sign-in, until the first session has said otherwise.
"""
