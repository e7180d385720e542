"""Pictures of the evidence: what each shows, drawn so that everybody can read it, and its files.

A picture is made from rows that `synthesis` counted; here they get shape, colour, place and words.
"""

from review.reporting.pictures.files import FORMATS, picture_file, picture_svg
from review.reporting.pictures.picture import Picture, listed, several

__all__ = ["FORMATS", "Picture", "listed", "picture_file", "picture_svg", "several"]
