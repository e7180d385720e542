"""What Streamlit runs for every browser and every click: one run of the app."""

from review.ui.main import main

main()
