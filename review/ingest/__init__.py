"""Records come in: one reader per format, and PubMed itself."""
