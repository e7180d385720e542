"""What the included studies say: search expressions, the evidence table, vote counting."""
