"""Correcting single cells of an upload over the API: the same service as the page of its findings."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.api import answers, extend_schema
from suppliers.api import Base, UploadSerializer
from suppliers.intake import newest_corrections
from suppliers.models import Upload, UploadCorrection
from suppliers.services.corrections import CELLS_MAX, CellValue, correct_cells, restore_cell


class CellSerializer(serializers.Serializer[Any]):
    """A cell by the sheet's title in the file, as findings name it, and the value that is right."""

    sheet = serializers.CharField(max_length=80)
    cell = serializers.CharField(max_length=12)
    value = serializers.CharField(allow_blank=True, trim_whitespace=False)


class CellsSerializer(serializers.Serializer[Any]):
    """Cells to be corrected together."""

    cells = serializers.ListField(child=CellSerializer(), min_length=1, max_length=CELLS_MAX)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of a cell: corrected, or unchanged, since it was corrected to this value before."""

    sheet = serializers.CharField()
    cell = serializers.CharField()
    outcome = serializers.ChoiceField(choices=("corrected", "unchanged"))


class CorrectedSerializer(serializers.Serializer[Any]):
    """The upload, which is checked again, and its cells in the order of the call."""

    upload = UploadSerializer()
    cells = OutcomeSerializer(many=True)


class CorrectionSerializer(serializers.ModelSerializer[UploadCorrection]):
    """A correction in force: the value of the file or of the correction before, the value that counts, who and when."""

    made_by = serializers.CharField(source="made_by.name", default="", allow_blank=True)

    class Meta:
        model = UploadCorrection
        fields = ("id", "sheet", "cell", "before", "after", "made_by", "made_at")


class Corrections(Base):
    """Cells of an upload that count instead of what the file holds."""

    @extend_schema(operation_id="upload_corrections", responses=answers(CorrectionSerializer(many=True)))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Those in force, by sheet and cell."""
        return Response(CorrectionSerializer(newest_corrections(self.the_upload(pk)), many=True).data)

    @extend_schema(
        operation_id="upload_correct",
        request=CellsSerializer,
        responses=answers(CorrectedSerializer, 202),
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Correct cells that have findings, all or none; the whole upload is checked again. 422 names each bad cell."""
        upload = self.the_upload(pk)
        cells = [CellValue(**item) for item in self.valid(CellsSerializer, request)["cells"]]
        outcome = correct_cells(actor=self.actor, upload=upload, cells=cells)
        data = {
            "upload": Upload.objects.get(pk=upload.pk),
            "cells": [
                {"sheet": item.sheet, "cell": item.cell, "outcome": "corrected" if changed else "unchanged"}
                for item, changed in outcome
            ],
        }
        return Response(CorrectedSerializer(data).data, status=202)


class Correction(Base):
    """One correction."""

    @extend_schema(operation_id="upload_restore", request=None, responses=answers(UploadSerializer, 202))
    def delete(self, request: Request, pk: uuid.UUID, correction: int) -> Response:
        """Let the file's own value count again; the correction stays on record, and all is checked again."""
        upload = self.the_upload(pk)
        row = get_object_or_404(UploadCorrection, pk=correction, upload=upload)
        return Response(
            UploadSerializer(restore_cell(actor=self.actor, upload=upload, correction=row)).data, status=202
        )
