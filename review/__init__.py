"""Review: an evidence database for systematic reviews."""
