"""Jobs over the API."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.api import JobSerializer, View, answers, extend_schema
from carbonfoot.jobs.selectors import jobs_for


class JobDetail(View):
    """One job."""

    @extend_schema(
        operation_id="job", summary="State and progress of a job", responses=answers(JobSerializer)
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """State and progress; problems when it failed."""
        return Response(JobSerializer(get_object_or_404(jobs_for(self.actor), pk=job_id)).data)
