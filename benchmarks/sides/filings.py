"""A database with very many declarations: one of each state is made as the site makes it, and copied by SQL.

The copies differ in what lists, searches and statistics look at (numbers, names, products, figures, days, digests); the
rest of each row is that of the original. Nothing is drawn at random: two runs make the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from declarations.register import write_entry
from tests.support import factories as make
from tests.support.database import without_triggers

BASE = 1_000_000  # ids of copies begin above those of the originals
LINES_OPEN = 60  # lines in the ledger of what is still open, as a pack has them
# Of a hundred declarations, how many are in which state; the rest is accepted.
SHARES = {
    "superseded": 2,
    "submitted": 2,
    "in_review": 1,
    "returned": 1,
    "draft": 1,
    "in_verification": 1,
    "verified": 1,
}
CHEMISTRIES = ("LFP", "LFP", "LFP", "LFP", "NMC", "NMC", "LMFP", "SIB", "NCA", "LTO")
PROVINCES = (
    "320000",
    "440000",
    "330000",
    "340000",
    "350000",
    "510000",
    "420000",
    "110000",
    "310000",
    "360000",
)
HANZI = "鑫源盛泰恒瑞华信宏达远航天宇飞科亿纬力能中创蓝鹏云海星辰嘉禾东升南岭西川北辰青山绿水金石玉林"
LATIN = (
    "Apex",
    "Borea",
    "Corva",
    "Delmar",
    "Evora",
    "Fenix",
    "Galen",
    "Helio",
    "Ionix",
    "Jasper",
    "Kestrel",
    "Lumen",
)


@dataclass(frozen=True)
class Seed:
    """Who looks at it: a regulator, a verifier, people of the largest maker and of an ordinary one, and its size."""

    regulator: Actor
    verifier: Actor
    large: Actor
    small: Actor
    declarations: int
    makers: int
    largest: int


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s"
            " and is_generated = 'NEVER' order by ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def copies(table: str, original: int, source: str, **changed: str) -> None:
    """Insert a copy of a row for each row of ``source`` (named ``s``), with these columns as SQL says."""
    columns = _columns(table)
    values = [changed.get(column, f'x."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({names}) select {', '.join(values)} from {table} x, {source} s where x.id = %s",
            [original],
        )
        if "id" in columns:
            cursor.execute("select pg_get_serial_sequence(%s, 'id')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(
                    f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"
                )


def _run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values) or None)


def _pick(items: tuple[str, ...], number: str) -> str:
    """SQL for one of these texts by a number."""
    texts = ", ".join(f"'{item}'" for item in items)
    return f"(array[{texts}])[1 + ({number}) %% {len(items)}]"


def _makers(original: int, count: int) -> None:
    hanzi = " || ".join(f"substr('{HANZI}', (1 + m / {step} %% {len(HANZI)})::int, 1)" for step in (1, 7, 41))
    _run(f"create temp table maker_numbers as select m::bigint as m from generate_series(1, {count}) m")
    copies(
        "accounts_organisation",
        original,
        "maker_numbers",
        id=f"{BASE} + s.m",
        code="'b' || s.m",
        name_zh=f"{hanzi.replace('m /', 's.m /')} || '电池有限公司'",
        name_en=f"{_pick(LATIN, 's.m')} || ' ' || {_pick(LATIN, 's.m / 12')} || ' Battery ' || s.m",
        uscc="'9132' || lpad(s.m::text, 14, '0')",
        province=_pick(PROVINCES, "s.m"),
    )


def _numbers(size: int, makers: int, largest: int) -> None:
    """One row for each declaration: who filed it, in which state, when, with which figures."""
    bounds, upper = [], 0
    for state, share in SHARES.items():
        upper += share * size // 100
        bounds.append(f"when n <= {upper} then '{state}'")
    superseded = SHARES["superseded"] * size // 100
    _run(
        f"""
        create temp table numbers as
        select n, {BASE} + n as id,
               case {" ".join(bounds)} else 'accepted' end as state,
               -- what a superseded version was corrected by: the last ones, which are accepted
               case when n > {size - superseded} then n - {size - superseded} end as corrects,
               case when n %% 100 < {100 * largest // size} then 1 else 2 + (n * 7919 %% {makers - 1}) end as m,
               60 + (n * 7919 %% 4000) / 100.0 as per_kwh,
               now() - make_interval(mins => (({size} - n) * 700000 / {size})::int) as at
        from generate_series(1::bigint, {size}) n""".replace("%%", "%")
    )
    # A correction is filed by the same maker, of the same pack, under the same number.
    _run("update numbers c set m = o.m from numbers o where o.n = c.corrects")
    _run("""create temp table filings as
        select s.*, o.name_zh, o.name_en, o.uscc, o.province, o.code,
               s.per_kwh / 1350 as per_unit, coalesce(s.corrects, s.n) as number
        from numbers s join accounts_organisation o on o.code = 'b' || s.m""")
    _run("create index on filings (n)")
    _run("analyze filings")


def _replaced(column: str, pairs: dict[str, str]) -> str:
    """SQL that puts other texts into a stored text."""
    for old, new in pairs.items():
        column = f"replace({column}, '{old}', {new})"
    return column


def _open_ledger() -> dict[str, Any]:
    content = make.ledger()
    lines = content["lines"]
    content["lines"] = [{**lines[n % len(lines)], "id": f"pack.m{n}"} for n in range(LINES_OPEN)]
    return content


def build(size: int, makers: int) -> Seed:
    """Fill an empty, migrated database: ``size`` declarations of ``makers`` makers, the largest with a twentieth."""
    # Bulk rows cannot go each declaration's way, to which triggers hold it; what triggers keep is written here.
    with without_triggers(), transaction.atomic():
        authority, body = make.organisation("authority"), make.organisation("verifier")
        _fill(authority, body, size, makers)
    _run("vacuum analyze")
    large, small = (Organisation.objects.get(code=f"b{m}") for m in (1, 2))
    people = [make.person(of) for of in (authority, body, large, small)]
    return Seed(*people, size, makers, size // 20)


def _fill(authority: Organisation, body: Organisation, size: int, makers: int) -> None:
    maker = make.organisation("maker", uscc="91320000000000000X")
    phase = make.phase(
        "regular", name_zh="正式运行", name_en="Regular phase", every_pack=True, every_chemistry=False
    )
    many = {"maker": maker, "body": body, "authority": authority, "phase": phase}
    whole = make.declaration("accepted", content=make.ledger(), **many)
    bulky = make.declaration("submitted", content=_open_ledger(), **many)
    whole.refresh_from_db()
    entry = write_entry(whole)
    taken, accepted = whole.decisions.order_by("pk")
    statement = whole.snapshot.statement
    _makers(maker.pk, makers)
    _numbers(size, makers, size // 20)
    model = "upper(substr(md5(s.number::text), 1, 2)) || '-' || s.number"
    copies(
        "declarations_pack",
        whole.pack_id,
        "(select * from filings where corrects is null)",
        id="s.id",
        organisation_id=f"{BASE} + s.m",
        model=model,
        chemistry=_pick(CHEMISTRIES, "s.number"),
        gbt34014="lpad(s.number::text, 24, '0')",
        inventory_id="null",
        rated_energy_kwh="20 + s.number %% 90",
    )
    for original, wanted in ((whole, "not in"), (bulky, "in")):
        source = f"(select * from filings where state {wanted} ('submitted', 'in_review', 'returned'))"
        copies(
            "lca_calculation",
            original.calculation_id,
            source,
            id="s.id",
            organisation_id=f"{BASE} + s.m",
            input_digest="encode(sha256(('in' || s.n)::bytea), 'hex')",
            per_functional_unit="s.per_unit",
            per_kwh_capacity="s.per_kwh",
            per_piece="s.per_kwh * 100",
            done_at="s.at",
            created_at="s.at",
            ledger="jsonb_set(jsonb_set(x.ledger, '{totals,per_kwh_capacity}', to_jsonb(s.per_kwh)),"
            " '{totals,per_functional_unit}', to_jsonb(s.per_unit))",
        )
    number = "'B-2026-' || lpad(s.number::text, 6, '0')"
    copies(
        "declarations_declaration",
        whole.pk,
        "filings",
        id="s.id",
        organisation_id=f"{BASE} + s.m",
        number=number,
        calculation_id="s.id",
        version="case when s.corrects is null then 1 else 2 end",
        pack_id=f"{BASE} + s.number",
        supersedes_id=f"{BASE} + s.corrects",
        state="s.state",
        snapshot_id="case when s.state <> 'draft' then s.id end",
        created_at="s.at",
        changed_at="s.at",
    )
    text = {
        whole.number: number,
        f'"{whole.pack.model}"': f"'\"' || {model} || '\"'",
        maker.name_zh: "s.name_zh",
        maker.name_en: "s.name_en",
        '"chemistry":"LFP"': f"'\"chemistry\":\"' || {_pick(CHEMISTRIES, 's.number')} || '\"'",
    }
    frozen = "(select * from filings where state <> 'draft')"
    copies(
        "declarations_snapshot",
        whole.snapshot_id,
        frozen,
        id="s.id",
        declaration_id="s.id",
        content=_replaced("x.content", text),
        created_at="s.at",
        sha256=f"encode(sha256(convert_to({_replaced('x.content', text)}, 'UTF8')), 'hex')",
    )
    engagement = whole.engagement
    copies(
        "declarations_sending",
        engagement.answer.sending_id,
        frozen,
        id="s.id",
        declaration_id="s.id",
        snapshot_id="s.id",
        sent_at="s.at",
    )
    copies(
        "declarations_engagementanswer",
        engagement.answer_id,
        frozen,
        id="s.id",
        sending_id="s.id",
        answered_at="s.at",
    )
    copies(
        "declarations_engagement",
        engagement.pk,
        frozen,
        id="s.id",
        declaration_id="s.id",
        answer_id="s.id",
    )
    copies(
        "declarations_statement",
        statement.pk,
        "(select * from filings where state not in ('draft', 'in_verification'))",
        id="s.id",
        declaration_id="s.id",
        snapshot_id="s.id",
        report_number="'W-' || s.n",
        signed_at="s.at",
    )
    filed = "(select * from filings where state not in ('draft', 'in_verification', 'verified'))"
    copies(
        "declarations_receipt",
        whole.receipt.pk,
        filed,
        id="s.id",
        declaration_id="s.id",
        snapshot_id="s.id",
        number="'R-2026-' || lpad(s.n::text, 7, '0')",
        submitted_at="s.at",
        sha256="(select sha256 from declarations_snapshot where id = s.id)",
    )
    read = "(select * from filings where state in ('in_review', 'returned', 'accepted', 'superseded'))"
    copies("declarations_reviewdecision", taken.pk, read, id="s.id", declaration_id="s.id", decided_at="s.at")
    done = "(select * from filings where state in ('accepted', 'superseded'))"
    copies(
        "declarations_reviewdecision",
        accepted.pk,
        done,
        id=f"{10 * BASE} + s.n",
        declaration_id="s.id",
        decided_at="s.at + interval '9 days'",
    )
    public = text | {
        f'"{maker.uscc}"': "'\"' || s.uscc || '\"'",
        '"province":"320000"': "'\"province\":\"' || s.province || '\"'",
        whole.snapshot.sha256: "(select sha256 from declarations_snapshot where id = s.id)",
        '"75.0"': "'\"' || s.per_kwh || '\"'",
    }
    copies(
        "declarations_registerentry",
        entry.pk,
        done,
        id="s.id",
        declaration_id="s.id",
        number=number,
        version="case when s.corrects is null then 1 else 2 end",
        maker_zh="s.name_zh",
        maker_en="s.name_en",
        maker_code="s.code",
        province="s.province",
        model=model,
        chemistry=_pick(CHEMISTRIES, "s.number"),
        rated_energy_kwh="20 + s.number %% 90",
        per_functional_unit="s.per_unit",
        per_kwh_capacity="s.per_kwh",
        accepted_at="s.at + interval '9 days'",
        stands="s.state = 'accepted'",
        content=_replaced("x.content", public),
        sha256=f"encode(sha256(convert_to({_replaced('x.content', public)}, 'UTF8')), 'hex')",
        snapshot_sha256="(select sha256 from declarations_snapshot where id = s.id)",
        search=f"lower({number} || ' ' || s.name_zh || ' ' || s.name_en || ' ' || s.uscc || ' ' || {model})",
    )
