"""How the matrix of modifiers, and what effects were tested over, become documents."""

from review.protocol import Codebook
from review.reporting.synthesis_documents import Document, tally_document
from review.synthesis.grouping import name, where_of
from review.synthesis.matrix import Cell, Tested


def cell_document(cell: Cell, codebook: Codebook) -> Document:
    """One modifier, contrast, population and outcome."""
    codes = {
        "modifier": cell.modifier,
        "population": cell.population,
        "contrast": cell.contrast,
        "outcome": cell.outcome,
    }
    where = where_of(population=cell.population, contrast=cell.contrast, outcomes=(cell.outcome,))
    return {
        **codes,
        "labels": {key: name(codebook, code) for key, code in codes.items()},
        "arrow": cell.arrow,
        "directions": dict(cell.ways),
        **tally_document(cell.group.tally),
        "families": len(cell.group.families),
        "studies": list(cell.group.studies),
        "names": [one.label for one in cell.group.families],
        "where": f"{where} and modifier = {cell.modifier}" if cell.modifier else where,
    }


def tested_document(one: Tested, codebook: Codebook) -> Document:
    """What one effect was tested over."""
    return {
        "study": one.item.study,
        "label": one.item.label,
        "effect": one.item.id,
        "outcome": name(codebook, one.item.outcome),
        "contrast": name(codebook, one.item.exact),
        "unit_of_analysis": one.unit,
        "unit_label": name(codebook, one.unit),
        "n_group1": one.people[0],
        "n_group2": one.people[1],
        "n_motor_units": one.motor_units,
        "p_as_reported": one.p,
        "direction": one.item.direction,
        "naive": one.naive,
    }
