"""Decides what votes and rulings amount to, who may add to them, and who may see them."""
