"""Addresses of the authority's desk, and of the operator's phases; included by declarations.urls."""

from django.urls import path

from declarations.views import phase_admin, review, review_queue

urlpatterns = [
    path("review/", review_queue.review_queue, name="review_queue"),
    path("review/next/", review_queue.review_next, name="review_next"),
    path("review/export.csv", review_queue.review_export, name="review_export"),
    path("review/coverage/", review_queue.coverage, name="coverage"),
    path("review/<int:pk>/", review.review, name="review"),
    path("review/<int:pk>/take-up/", review.review_take_up, name="review_take_up"),
    path("review/<int:pk>/take-over/", review.review_take_over, name="review_take_over"),
    path("review/<int:pk>/note/", review.review_note, name="review_note"),
    path("review/<int:pk>/return/", review.review_return, name="review_return"),
    path("review/<int:pk>/accept/", review.review_accept, name="review_accept"),
    path("administration/phases/", phase_admin.phase_admin, name="phase_admin"),
    path("administration/phases/<slug:code>/", phase_admin.phase_edit, name="phase_edit"),
]
