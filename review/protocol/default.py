"""The protocol of a review that starts without one: generic reasons, no codebook."""


def default_text() -> str:
    """A commented minimal protocol as YAML text, for `review init` and to start writing from."""
    return _TEXT


_TEXT = """\
# The protocol of this review: what is asked, what is eligible, and how votes are added up.
# Every vote carries the version of the protocol it was cast under.

title: A new systematic review

# Free lines, shown to every reviewer: PICO, PECO, or whatever fits the question.
question:
  population: who or what is studied
  exposure: what acts on them
  comparator: compared with what
  outcomes: what is measured

# Where the review searches. kind: database, register, website, organisation or citation.
sources:
  - {name: PubMed, kind: database}

# A report is eligible when all of `include` hold and none of `exclude`.
eligibility:
  include:
    - {code: I1, text: "answers the review's question"}
  exclude: []

# Reasons for exclusion by stage, in order: the first that applies is the primary reason.
# At title-abstract a reason is optional; at full-text it is required.
reasons:
  title-abstract:
    - {code: population, label: Wrong population}
    - {code: exposure, label: Wrong exposure or intervention}
    - {code: comparator, label: Wrong comparator}
    - {code: outcome, label: Wrong outcome}
    - {code: design, label: Wrong study design}
    - {code: publication, label: "Wrong publication type (review, editorial, protocol)"}
  full-text:
    - {code: population, label: Wrong population}
    - {code: exposure, label: Wrong exposure or intervention}
    - {code: comparator, label: Wrong comparator}
    - {code: outcome, label: Wrong outcome}
    - {code: design, label: Wrong study design}
    - {code: publication, label: "Wrong publication type (review, editorial, protocol)"}
    - {code: data, label: Results cannot be extracted}

# How votes are added up. What is left out takes the value shown here.
policies:
  title-abstract:
    reviewers_per_record: 2
    maybe_policy: as-include        # or as-conflict
    reason_policy: ignore           # or hierarchy (the first reason in order wins)
    agreement_policy: unanimous     # or safety-first, liberal-accelerated
    adjudicator_may_be_voter: false
    order: random                   # of each reviewer's own, or id (order of arrival)
    seed: 1                         # of the random order
  full-text:
    reviewers_per_record: 2
    reason_policy: conflict         # or hierarchy, ignore

# Words marked in titles and abstracts while screening.
highlight:
  include: []
  exclude: []

# How risk of bias and certainty are judged. Without tools the words of a study's design decide
# which tool it calls for; own_tools adds tools of the review's own (review tools shows the shape).
# appraisal:
#   assessors: 2                      # who judge each study, blind to each other; or 1
#   graders: 1                        # who grade each certainty; or 2
#   tools:
#     - {tool: robins-e, designs: [des.cohort], populations: [pop.human], also: [nos-cohort]}
#   key_items: {syrcle: ['2', '7', '8']}

# What studies are tagged with. The dotted prefix of a code is its parent.
# level: report, study, arm or effect; cardinality: one or many.
codebook:
  facets: []
  # - id: population
  #   label: Population
  #   level: study
  #   cardinality: many
  #   terms:
  #     - {code: pop.human, label: Human, definition: "Living people.", cues: ['patients?']}
"""
