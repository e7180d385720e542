"""From included report to evidence: tags, suggestions, forms, and what a direction means."""
