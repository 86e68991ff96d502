"""The demonstration loads through the services, on any day, once."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from carbonfoot import clock
from carbonfoot.audit.services import verify
from declarations.demo import load
from declarations.models import Bundle, Declaration, Pack, Snapshot
from declarations.schema.snapshot import schema
from lca.models import Calculation, PublishedResult


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-11-23T10:00+08:00", "2027-03-01T10:00+08:00"])
def test_demonstration_loads(day: str) -> None:
    """Five packs, four suppliers, declarations along the way; in the trial phase and after it."""
    clock.set_process_time(day)
    assert load.load("carbonfoot-demo")
    assert Pack.objects.filter(state="registered").count() == 5
    assert set(Pack.objects.values_list("chemistry", flat=True)) == {"LFP", "NMC"}
    assert PublishedResult.objects.count() == 5
    states = dict(Declaration.objects.values_list("pack__model", "state"))
    assert states == {"LFP-100A": "accepted", "NMC-90B": "submitted", "LFP-78A": "in_verification"}
    assert not Calculation.objects.exclude(state="done").exists()
    assert list(verify()) == []
    assert Bundle.objects.filter(done_at__isnull=False).count() == 1
    published = Draft202012Validator(schema())
    for snapshot in Snapshot.objects.all():
        assert [fault.json_path for fault in published.iter_errors(json.loads(snapshot.content))] == []
    events = Declaration.objects.count()
    assert not load.load("carbonfoot-demo")
    assert Declaration.objects.count() == events


@pytest.mark.django_db
def test_demonstration_refuses_a_real_site(settings: pytest.FixtureRequest) -> None:
    """Known passwords do not belong where people work."""
    settings.LOCAL_HTTP = False  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="not a local run"):
        call_command("demo")
