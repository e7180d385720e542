"""Everything a person can do: one function, one authorised transaction; every door calls these."""

from review.actions.abstracts import fetch_abstract
from review.actions.accounts import demo_sign_in, set_password, sign_in, sign_out, signed_in
from review.actions.agreement import agreement, agreement_file
from review.actions.amend import amend
from review.actions.amendments import amendments, editable, edited, highlight, mark_term
from review.actions.anatomy import anatomy, close_stage, overturns
from review.actions.answering import (
    answer_duplicates,
    chosen_question,
    duplicate_questions,
    foresee,
    undo_duplicates,
)
from review.actions.appraisal import (
    appraisal_form,
    appraisal_preview,
    appraise,
    draft_appraisal,
    tool,
    tools,
)
from review.actions.appraisal_agreement import appraisal_agreement, appraisal_agreement_file
from review.actions.appraisal_files import (
    appraisal_read,
    appraisal_sheet,
    appraisals_file,
    import_appraisal,
)
from review.actions.appraisals import appraisals, compare_appraisals, settle_appraisal
from review.actions.assign import assign, assigned, balance, unassign
from review.actions.attaching import match_pdf, match_pdfs
from review.actions.backup import backup, export_bundle, import_bundle, restore_backup
from review.actions.by_rule import rule_reasons
from review.actions.caller import Caller
from review.actions.certainty import certainty, certainty_file, certainty_group, grade
from review.actions.claiming import (
    add_claim,
    add_claims,
    read_all_claims,
    read_claim,
    retire_claim,
    reword_claim,
)
from review.actions.claims import claim, claims, claims_file
from review.actions.codebook import (
    codebook,
    codebook_file,
    codebook_uses,
    codebook_versions,
)
from review.actions.conflicts import conflict, conflict_counts, conflicts, rulings
from review.actions.converting import conversions, convert
from review.actions.decisions import decision_makers, import_votes
from review.actions.demo import MEMBERS as DEMO_MEMBERS
from review.actions.demo import demo
from review.actions.documents import (
    document,
    document_page,
    document_pages,
    find_in_document,
    quote_found,
    read_documents,
    report_document,
)
from review.actions.dual_tagging import (
    compare_tags,
    discuss_tags,
    reopen_tags,
    settle_tags,
    tagging_done,
)
from review.actions.duplicates import dedup, different, duplicates, merge, same_study, split
from review.actions.evidence import columns, evidence, evidence_counts, fields
from review.actions.evidence_files import evidence_csv, evidence_file
from review.actions.evidence_sources import effect
from review.actions.export import export
from review.actions.expressions import built, expression, narrowed
from review.actions.extraction import check_form, draft, extract, save_draft
from review.actions.extraction_files import (
    choices_in_json,
    extract_any,
    extract_file,
    extraction_file,
    form_in_json,
    form_template,
)
from review.actions.extraction_forms import extraction_form
from review.actions.extraction_queue import extraction_queue, missing_extractions
from review.actions.extraction_settling import (
    discuss_extraction,
    reopen_extraction,
    settle_extraction,
)
from review.actions.extraction_views import compare_extractions, extraction, source_in_words
from review.actions.flow import prisma, prisma_file
from review.actions.fulltext import report, tried
from review.actions.integrity import rebuild, verify
from review.actions.mechanisms import mechanisms
from review.actions.merged import merged
from review.actions.meta import meta
from review.actions.mine import count_my_votes, my_pace, my_votes, progress
from review.actions.open_access import find_open_access
from review.actions.pictures import picture, picture_file, pictures
from review.actions.pilot import open_rest, pilot_report, pilots, start_pilot
from review.actions.plain_summary import plain_summary, plain_summary_file
from review.actions.pubmed import search_pubmed, update_search
from review.actions.queries import (
    queries,
    query,
    rename_query,
    retire_query,
    save_query,
)
from review.actions.ranking import Trainer as RankTrainer
from review.actions.ranking import rank_run, rank_status, rank_switch
from review.actions.recoding import (
    add_term,
    merge_terms,
    move_term,
    rename_term,
    retire_term,
    split_term,
)
from review.actions.records import record, records, remove, restore
from review.actions.retractions import retractions
from review.actions.reviews import about, init, open_review, versions
from review.actions.screen import next_records, vote, withdraw
from review.actions.searches import import_file, rejects, searches, searches_file
from review.actions.settings import Settings
from review.actions.settle import discuss, judge, reopen, rule
from review.actions.sought import reports, reports_file, sought
from review.actions.status import status
from review.actions.stopping import draw_sample, resume, stop, stopping
from review.actions.studies import leave_study, merge_studies, name_study, study, study_history
from review.actions.study_lists import families, studies, study_counts
from review.actions.suggesting import answer_suggestion, suggest
from review.actions.synthesis import contradictions, modifiers, synthesis, synthesis_file, units
from review.actions.tag_agreement import (
    agreement_on_tags,
    agreement_on_tags_file,
)
from review.actions.tagging import tag, tags
from review.actions.tagging_queue import tag_targets, tagging_queue
from review.actions.team import add_member, deactivate, members, reactivate, set_roles
from review.actions.writings import (
    published_review,
    published_review_file,
    put_writing,
    questions,
    questions_file,
)
