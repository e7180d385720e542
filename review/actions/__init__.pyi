"""Every action and the module it lives in; read at run time too (see __init__.py)."""

from .abstracts import fetch_abstract as fetch_abstract
from .accounts import (
    demo_sign_in as demo_sign_in,
    set_password as set_password,
    sign_in as sign_in,
    sign_out as sign_out,
    signed_in as signed_in,
    why_signed_out as why_signed_out,
)
from .agreement import agreement as agreement, agreement_file as agreement_file
from .amend import amend as amend
from .amendments import (
    amendments as amendments,
    editable as editable,
    edited as edited,
    highlight as highlight,
    mark_term as mark_term,
)
from .anatomy import anatomy as anatomy, close_stage as close_stage, overturns as overturns
from .answering import (
    answer_duplicates as answer_duplicates,
    chosen_question as chosen_question,
    duplicate_questions as duplicate_questions,
    foresee as foresee,
    undo_duplicates as undo_duplicates,
)
from .appraisal import (
    appraisal_form as appraisal_form,
    appraisal_preview as appraisal_preview,
    appraise as appraise,
    draft_appraisal as draft_appraisal,
    tool as tool,
    tools as tools,
)
from .appraisal_agreement import (
    appraisal_agreement as appraisal_agreement,
    appraisal_agreement_file as appraisal_agreement_file,
)
from .appraisal_files import (
    appraisal_read as appraisal_read,
    appraisal_sheet as appraisal_sheet,
    appraisals_file as appraisals_file,
    import_appraisal as import_appraisal,
)
from .appraisals import (
    appraisals as appraisals,
    compare_appraisals as compare_appraisals,
    settle_appraisal as settle_appraisal,
)
from .assign import assign as assign, assigned as assigned, balance as balance, unassign as unassign
from .attaching import match_pdf as match_pdf, match_pdfs as match_pdfs
from .backup import (
    backup as backup,
    export_bundle as export_bundle,
    import_bundle as import_bundle,
    restore_backup as restore_backup,
)
from .by_rule import rule_reasons as rule_reasons
from .caller import Caller as Caller
from .certainty import (
    certainty as certainty,
    certainty_file as certainty_file,
    certainty_group as certainty_group,
    grade as grade,
)
from .claiming import (
    add_claim as add_claim,
    add_claims as add_claims,
    read_all_claims as read_all_claims,
    read_claim as read_claim,
    retire_claim as retire_claim,
    reword_claim as reword_claim,
)
from .claims import claim as claim, claims as claims, claims_file as claims_file
from .codebook import (
    codebook as codebook,
    codebook_file as codebook_file,
    codebook_uses as codebook_uses,
    codebook_versions as codebook_versions,
)
from .conflicts import (
    conflict as conflict,
    conflict_counts as conflict_counts,
    conflicts as conflicts,
    rulings as rulings,
)
from .converting import conversions as conversions, convert as convert
from .decisions import decision_makers as decision_makers, import_votes as import_votes
from .demo import DEMO_MEMBERS as DEMO_MEMBERS, demo as demo
from .documents import (
    document as document,
    document_page as document_page,
    document_pages as document_pages,
    find_in_document as find_in_document,
    quote_found as quote_found,
    read_documents as read_documents,
    report_document as report_document,
)
from .dual_tagging import (
    discuss_tags as discuss_tags,
    judge_tags as judge_tags,
    reopen_tags as reopen_tags,
    settle_tags as settle_tags,
    tagging_done as tagging_done,
)
from .duplicates import (
    dedup as dedup,
    different as different,
    duplicates as duplicates,
    merge as merge,
    same_study as same_study,
    split as split,
)
from .evidence import (
    columns as columns,
    evidence as evidence,
    evidence_counts as evidence_counts,
    fields as fields,
)
from .evidence_files import (
    evidence_file as evidence_file,
    write_evidence_file as write_evidence_file,
)
from .evidence_sources import effect as effect
from .export import export as export
from .expressions import built as built, expression as expression, narrowed as narrowed
from .extraction import (
    check_form as check_form,
    draft as draft,
    extract as extract,
    save_draft as save_draft,
)
from .extraction_files import (
    choices_in_json as choices_in_json,
    extract_any as extract_any,
    extract_file as extract_file,
    extraction_file as extraction_file,
    form_in_json as form_in_json,
    form_template as form_template,
)
from .extraction_forms import extraction_form as extraction_form
from .extraction_queue import (
    extraction_queue as extraction_queue,
    missing_extractions as missing_extractions,
)
from .extraction_settling import (
    discuss_extraction as discuss_extraction,
    reopen_extraction as reopen_extraction,
    settle_extraction as settle_extraction,
)
from .extraction_views import (
    compare_extractions as compare_extractions,
    extraction as extraction,
    source_in_words as source_in_words,
)
from .flow import prisma as prisma, prisma_file as prisma_file
from .fulltext import report as report, tried as tried
from .integrity import rebuild as rebuild, verify as verify
from .mechanisms import mechanisms as mechanisms
from .merged import merged as merged
from .meta import meta as meta
from .methods import methods as methods
from .mine import (
    count_my_votes as count_my_votes,
    my_pace as my_pace,
    my_votes as my_votes,
    progress as progress,
)
from .open_access import find_open_access as find_open_access
from .pictures import picture as picture, picture_file as picture_file, pictures as pictures
from .pilot import (
    open_rest as open_rest,
    pilot_report as pilot_report,
    pilots as pilots,
    start_pilot as start_pilot,
)
from .plain_summary import plain_summary as plain_summary, plain_summary_file as plain_summary_file
from .pubmed import search_pubmed as search_pubmed, update_search as update_search
from .queries import (
    queries as queries,
    query as query,
    rename_query as rename_query,
    retire_query as retire_query,
    save_query as save_query,
)
from .ranking import (
    RankTrainer as RankTrainer,
    rank_run as rank_run,
    rank_status as rank_status,
    rank_switch as rank_switch,
)
from .recoding import (
    add_term as add_term,
    merge_terms as merge_terms,
    move_term as move_term,
    rename_term as rename_term,
    retire_term as retire_term,
    split_term as split_term,
)
from .records import record as record, records as records, remove as remove, restore as restore
from .retractions import retractions as retractions
from .reviews import about as about, init as init, open_review as open_review, versions as versions
from .screen import next_records as next_records, vote as vote, withdraw as withdraw
from .searches import (
    import_file as import_file,
    rejects as rejects,
    searches as searches,
    searches_file as searches_file,
)
from .settings import Settings as Settings
from .settle import discuss as discuss, judge as judge, reopen as reopen, rule as rule
from .sought import reports as reports, reports_file as reports_file, sought as sought
from .status import status as status
from .stopping import (
    draw_sample as draw_sample,
    resume as resume,
    stop as stop,
    stopping as stopping,
)
from .studies import (
    leave_study as leave_study,
    merge_studies as merge_studies,
    name_study as name_study,
    study as study,
    study_history as study_history,
)
from .study_lists import families as families, studies as studies, study_counts as study_counts
from .suggesting import answer_suggestion as answer_suggestion, suggest as suggest
from .synthesis import (
    contradictions as contradictions,
    modifiers as modifiers,
    synthesis as synthesis,
    synthesis_file as synthesis_file,
    units as units,
)
from .tag_agreement import (
    agreement_on_tags as agreement_on_tags,
    agreement_on_tags_file as agreement_on_tags_file,
)
from .tag_comparison import compare_tags as compare_tags
from .tagging import tag as tag, tags as tags
from .tagging_queue import tag_targets as tag_targets, tagging_queue as tagging_queue
from .team import (
    add_member as add_member,
    deactivate as deactivate,
    members as members,
    reactivate as reactivate,
    set_roles as set_roles,
)
from .writings import (
    published_review as published_review,
    published_review_file as published_review_file,
    put_writing as put_writing,
    questions as questions,
    questions_file as questions_file,
)
