"""Addresses of the authority's desk, and of the operator's phases; included by declarations.urls."""

from django.urls import path

from declarations.views import decisions, matters, phase_admin, review, review_queue

urlpatterns = [
    path("review/", review_queue.review_queue, name="review_queue"),
    path("review/next/", review_queue.review_next, name="review_next"),
    path("review/export.csv", review_queue.review_export, name="review_export"),
    path("review/<int:pk>/", review.review, name="review"),
    path("review/<int:pk>/take-up/", review.review_take_up, name="review_take_up"),
    path("review/<int:pk>/take-over/", review.review_take_over, name="review_take_over"),
    path("review/<int:pk>/assign/", review.review_assign, name="review_assign"),
    path("review/<int:pk>/similar/", review.review_similar, name="review_similar"),
    path("review/<int:pk>/ask/", review.review_ask, name="review_ask"),
    path("review/<int:pk>/note/", review.review_note, name="review_note"),
    path("review/<int:pk>/return/", review.review_return, name="review_return"),
    path("review/<int:pk>/accept/", review.review_accept, name="review_accept"),
    path("review/<int:pk>/accept/conditions/", review.review_accept_form, name="review_accept_form"),
    path("matters/<int:pk>/", matters.matter, name="matter"),
    path("matters/<int:pk>/answer/", matters.matter_answer, name="matter_answer"),
    path("matters/<int:pk>/again/", matters.matter_ask_again, name="matter_ask_again"),
    path("matters/<int:pk>/settle/", matters.matter_settle, name="matter_settle"),
    path("matters/evidence/<int:pk>/", matters.matter_evidence, name="matter_evidence"),
    path("decisions/", decisions.decision_list, name="decision_list"),
    path("decisions/export.csv", decisions.decisions_csv, name="decisions_csv"),
    path("decisions/export.json", decisions.decisions_json, name="decisions_json"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("decisions/<int:pk>/letter.pdf", decisions.decision_pdf, name="decision_pdf"),
    path("decisions/<int:pk>/decision.json", decisions.decision_json, name="decision_json"),
    path("administration/phases/", phase_admin.phase_admin, name="phase_admin"),
    path("administration/phases/<slug:code>/", phase_admin.phase_edit, name="phase_edit"),
]
