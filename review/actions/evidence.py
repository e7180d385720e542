"""The evidence table: effects of included studies that match an expression."""
