"""Callbacks that keep what was typed are run to their end, whatever is pressed meanwhile."""

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException

from review.ui.callbacks import uncut


def test_a_callback_cut_short_is_done_again_before_the_next_click_is_let_in() -> None:
    begun: list[int] = []
    kept: list[int] = []

    @uncut
    def keep(study: int) -> None:
        begun.append(study)
        if len(begun) == 1:
            raise RerunException(RerunData())
        kept.append(study)

    with pytest.raises(RerunException):
        keep(3)
    assert (begun, kept) == ([3, 3], [3])
    keep(4)
    assert kept == [3, 4]
