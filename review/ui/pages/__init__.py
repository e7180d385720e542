"""The pages of the app: each module has one function `page`, as `review/ui` says."""
