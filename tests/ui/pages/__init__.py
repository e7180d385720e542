"""Tests of the pages beside screening."""
