"""Pages over 100,000 declarations: how many queries, how long, beside hand-written SQL for the same answer.

The database is made in a throw-away folder (`benchmarks/sides/filings.py`). Each page is asked for through Django, with
middleware and template, by a person of the role that uses it; the time is the median of several, queries are counted
apart. The SQL beside it is what somebody would write by hand who needs only the figures of the page, on the same tables
and indexes. `--quick` is a small size for tests of this script; `--explain` prints the plans of the SQL.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FULL, QUICK = (100_000, 2_000), (1_000, 40)
RUNS = 3
LIMIT_MS, LIMIT_TIMES = 300.0, 3.0
# Below this a page is the frame around it (session, menu, template), and a ratio to SQL says nothing.
FLOOR_MS = 50.0


@dataclass(frozen=True)
class Page:
    """An address as somebody asks for it, and SQL for the same answer."""

    name: str
    who: str
    address: str
    sql: tuple[str, ...]


OPEN = "('submitted', 'in_review')"
QUEUE = """
    select d.number, d.version, o.name_zh, p.model, p.chemistry, c.per_functional_unit, r.submitted_at, d.state,
        (select u.name from declarations_reviewdecision w join accounts_user u on u.id = w.decided_by_id
         where w.declaration_id = d.id and w.kind = 'taken_up' order by w.decided_at desc limit 1)
    from declarations_declaration d join accounts_organisation o on o.id = d.organisation_id
    join declarations_pack p on p.id = d.pack_id join declarations_receipt r on r.declaration_id = d.id
    left join lca_calculation c on c.id = d.calculation_id
    where {where} order by r.submitted_at, d.id limit 50"""
COUNTS = """select d.state, count(*) from declarations_declaration d
    join declarations_receipt r on r.declaration_id = d.id group by d.state"""
LATE = f"""select count(*) filter (where r.submitted_at < now() - make_interval(days => f.review_days)), count(*)
    from declarations_declaration d join declarations_receipt r on r.declaration_id = d.id
    join declarations_phase f on f.id = d.phase_id where d.state in {OPEN}"""
ENTRY = """select number, maker_zh, model, chemistry, rated_energy_kwh, per_functional_unit, per_kwh_capacity, stages,
    accepted_at from declarations_registerentry where stands {where} order by {order} limit 25 offset {offset}"""
FOUND = "select count(*) from (select 1 from declarations_registerentry where stands {where} limit 10001) x"
SPREAD = """select {key}, count(*), percentile_cont(array[0.25, 0.5, 0.75]) within group (order by per_functional_unit)
    from declarations_registerentry where stands and ruleset_id = 'cn-miit-551' {where} group by 1 order by 2 desc"""
STATISTICS = (
    "chemistry",
    "maker_code",
    "province",
    "date_trunc('year', accepted_at at time zone 'Asia/Shanghai')",
)


EXPORT = QUEUE.replace(" limit 50", "")
DIGESTS = (
    "declarations_registerentry",
    "declarations_statement",
    "declarations_reportfile",
    "declarations_bundle",
)
OF_THE_BODY = """from declarations_declaration d join declarations_engagement e on e.declaration_id = d.id
    where e.organisation_id = (select id from accounts_organisation where kind = 'verifier')"""
ENGAGED = f"""select d.number, d.state, e.due_on,
    (select name_zh from accounts_organisation o where o.id = d.organisation_id),
    (select count(*) from declarations_finding f where f.declaration_id = d.id) {OF_THE_BODY} and {{where}}
    order by e.due_on, d.id limit 50"""
ENGAGED_COUNTS = f"select d.state, count(*) {OF_THE_BODY} group by d.state"
PACKS = """select p.model, p.chemistry, p.state, (select d.state from declarations_declaration d where d.pack_id = p.id
        order by d.created_at desc limit 1), (select count(*) from declarations_packpart x where x.pack_id = p.id)
    from declarations_pack p where p.organisation_id = (select id from accounts_organisation where code = 'b1')
    order by p.model limit 25"""


def entries(where: str = "", order: str = "accepted_at desc, id desc", offset: int = 0) -> tuple[str, ...]:
    """SQL of a page of the register: the rows, and how many there are."""
    where = f"and {where}" if where else ""
    return ENTRY.format(where=where, order=order, offset=offset), FOUND.format(where=where)


def spreads(where: str = "") -> tuple[str, ...]:
    """SQL of the register's statistics."""
    where = f"and {where}" if where else ""
    return tuple(SPREAD.format(key=key, where=where) for key in STATISTICS)


def pages() -> list[Page]:
    """What is measured."""
    found = "(d.number ilike '%{q}%' or p.model ilike '%{q}%' or o.name_zh ilike '%{q}%' or o.name_en ilike '%{q}%')"
    opened = f"d.state in {OPEN}"
    register, queue, coverage = "/register/", "/review/", "/review/coverage/"
    statistics_page = "/register/statistics/"
    mine = "where d.organisation_id = (select id from accounts_organisation where code = 'b1')"
    maker_list = f"""select d.number, p.model, p.chemistry, d.state, c.per_functional_unit
        from declarations_declaration d
        join declarations_pack p on p.id = d.pack_id left join lca_calculation c on c.id = d.calculation_id {mine}
        order by d.changed_at desc limit 50"""
    makers = """select o.code, count(distinct p.id), count(distinct p.id) filter (where d.state = 'accepted')
        from accounts_organisation o
        left join declarations_pack p on p.organisation_id = o.id and p.state = 'registered'
        left join declarations_declaration d on d.pack_id = p.id where o.kind = 'maker' group by o.code"""
    return [
        Page("queue", "regulator", queue, (QUEUE.format(where=opened), COUNTS, LATE)),
        Page(
            "queue_zh",
            "regulator",
            f"{queue}?q=鑫泰",
            (QUEUE.format(where=f"{opened} and {found.format(q='鑫泰')}"), COUNTS, LATE),
        ),
        Page(
            "queue_filtered",
            "regulator",
            f"{queue}?chemistry=NMC&province=440000",
            (QUEUE.format(where=f"{opened} and p.chemistry = 'NMC' and o.province = '440000'"), COUNTS, LATE),
        ),
        Page(
            "queue_accepted",
            "regulator",
            f"{queue}?view=accepted",
            (QUEUE.format(where="d.state = 'accepted'"), COUNTS, LATE),
        ),
        Page("coverage", "regulator", coverage, (makers,)),
        Page("home", "regulator", "/", (QUEUE.format(where=opened), COUNTS)),
        Page("search_zh", "regulator", "/search/?q=鑫泰", (QUEUE.format(where=found.format(q="鑫泰")),)),
        Page("search_en", "regulator", "/search/?q=jasper", (QUEUE.format(where=found.format(q="jasper")),)),
        Page(
            "search_number",
            "regulator",
            "/search/?q=B-2026-012345",
            (QUEUE.format(where=found.format(q="B-2026-012345")),),
        ),
        Page("register", "visitor", register, entries()),
        Page(
            "register_filtered",
            "visitor",
            f"{register}?chemistry=NMC&province=440000",
            entries("chemistry = 'NMC' and province = '440000'"),
        ),
        Page(
            "register_year",
            "visitor",
            f"{register}?year=2026",
            entries("accepted_at >= '2026-01-01 00:00+08' and accepted_at < '2027-01-01 00:00+08'"),
        ),
        Page("register_zh", "visitor", f"{register}?q=鑫泰", entries("search like '%鑫泰%'")),
        Page("register_zh_rare", "visitor", f"{register}?q=林鑫", entries("search like '%林鑫%'")),
        Page("register_zh_none", "visitor", f"{register}?q=龘龘", entries("search like '%龘龘%'")),
        Page("register_common", "visitor", f"{register}?q=电池", entries("search like '%电池%'")),
        Page("register_en", "visitor", f"{register}?q=jasper", entries("search like '%jasper%'")),
        Page(
            "register_number",
            "visitor",
            f"{register}?q=b-2026-012345",
            entries("search like '%b-2026-012345%'"),
        ),
        Page("register_deep", "visitor", f"{register}?page=400", entries(offset=399 * 25)),
        Page(
            "register_sorted",
            "visitor",
            f"{register}?sort=maker&page=40",
            entries(order="maker_zh, id", offset=39 * 25),
        ),
        Page("statistics", "visitor", statistics_page, spreads()),
        Page(
            "statistics_filtered",
            "visitor",
            f"{statistics_page}?province=440000",
            spreads("province = '440000'"),
        ),
        Page(
            "queue_sorted",
            "regulator",
            f"{queue}?sort=-footprint",
            (
                QUEUE.format(where=opened).replace("r.submitted_at, d.id", "c.per_functional_unit desc"),
                COUNTS,
                LATE,
            ),
        ),
        Page(
            "queue_export",
            "regulator",
            f"{queue}export.csv?chemistry=NMC&province=440000",
            (EXPORT.format(where=f"{opened} and p.chemistry = 'NMC' and o.province = '440000'"),),
        ),
        Page(
            "check_unknown",
            "visitor",
            f"/register/check/?sha256={'0' * 64}",
            tuple(f"select 1 from {table} where sha256 = '{'0' * 64}' limit 1" for table in DIGESTS),
        ),
        Page("verifier_home", "verifier", "/", (ENGAGED.format(where="d.state = 'in_verification'"),)),
        Page(
            "verifier_list",
            "verifier",
            "/verification/?view=all",
            (ENGAGED.format(where="true"), ENGAGED_COUNTS),
        ),
        Page("maker_home", "large", "/", (maker_list,)),
        Page("maker_home_ordinary", "small", "/", (maker_list.replace("'b1'", "'b2'"),)),
        Page("maker_list", "large", "/declarations/", (maker_list,)),
        Page("maker_list_ordinary", "small", "/declarations/", (maker_list.replace("'b1'", "'b2'"),)),
        Page("pack_list", "large", "/packs/", (PACKS,)),
    ]


def median_ms(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Median of several runs, in milliseconds; the first is thrown away."""
    times = []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[1:])


def measure(page: Page, client: Any, runs: int, explain: bool) -> tuple[int, float, float, float]:
    """Queries, milliseconds of the page for its first reader and for the next one, and of the SQL."""
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask_first() -> None:
        cache.clear()  # what is kept for a while is counted anew
        ask()

    def ask() -> None:
        response = client.get(page.address)
        if response.status_code not in (200, 302):  # one hit on a whole number leads to it at once
            raise SystemExit(f"{page.address} answered {response.status_code}")
        if response.streaming:
            for _piece in response.streaming_content:
                pass

    def by_hand() -> None:
        with connection.cursor() as cursor:
            for sql in page.sql:
                cursor.execute(sql)
                cursor.fetchall()

    ask()
    with CaptureQueriesContext(connection) as queries:
        ask_first()
    if explain:
        for query in sorted(queries.captured_queries, key=lambda item: -float(item["time"]))[:3]:
            print(f"    {query['time']} s  {query['sql'][:2000]}")
    return len(queries), median_ms(ask_first, runs), median_ms(ask, runs), median_ms(by_hand, runs)


def downloads(client: Any) -> list[tuple[str, float, str]]:
    """Both downloads of the whole register, and what they add to the peak of this process."""
    figures = []
    for name in ("csv", "json"):
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        length = sum(len(piece) for piece in client.get(f"/register/register.{name}").streaming_content)
        seconds = time.perf_counter() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{name}: {length / 1e6:.1f} MB in {seconds:.1f} s, peak memory grew by {grown:.0f} MB")
        figures += [(f"{name}_seconds", seconds, "s"), (f"{name}_memory", grown, "MB")]
    return figures


def run(size: int, makers: int, runs: int, explain: bool, only: str) -> None:
    """Fill the database and measure everything."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks.sides import filings

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", "--no-input", "--verbosity=0")
    begun = time.perf_counter()
    seed = filings.build(size, makers)
    with connection.cursor() as cursor:
        cursor.execute("select pg_size_pretty(pg_database_size(current_database()))")
        (room,) = cursor.fetchone()
    print(
        f"{seed.declarations:,} declarations of {seed.makers:,} makers, the largest with {seed.largest:,}; {room},"
        f" made in {time.perf_counter() - begun:.0f} s; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    clients = {"visitor": Client()}
    for name in ("regulator", "verifier", "large", "small"):
        clients[name] = Client()
        clients[name].force_login(getattr(seed, name).user)
    print(f"{'page':22} {'queries':>8} {'page, ms':>10} {'again, ms':>10} {'SQL, ms':>9} {'times':>7}")
    figures: list[tuple[str, float, str]] = []
    over = []
    for page in pages():
        if only not in page.name:
            continue
        count, mine, again, sql = measure(page, clients[page.who], runs, explain)
        slow = mine > LIMIT_MS or (mine > FLOOR_MS and mine > LIMIT_TIMES * sql)
        print(
            f"{page.name:22} {count:8d} {mine:10.1f} {again:10.1f} {sql:9.1f} {mine / sql:7.1f}"
            f"{'  over' if slow else ''}",
            flush=True,
        )
        over += [page.name] if slow else []
        figures += [
            (f"{page.name}_queries", count, "queries"),
            (page.name, mine, "ms"),
            (f"{page.name}_again", again, "ms"),
            (f"{page.name}_sql", sql, "ms"),
        ]
    if not only:
        figures += downloads(clients["visitor"])
    print(
        f"over means: more than {LIMIT_MS:.0f} ms, or more than {FLOOR_MS:.0f} ms and {LIMIT_TIMES:.0f} times the SQL;"
        f" {', '.join(over) or 'none'}"
    )
    for name, value, unit in figures:
        print(f"figure: {name} {value:.4g} {unit}")


def main() -> int:
    """Start servers in a throw-away folder, measure, and stop them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small size, to test the script")
    parser.add_argument("--explain", action="store_true", help="print the slowest queries of each page")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    options = parser.parse_args()
    from carbonfoot.dev.servers import Servers

    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(Path(folder), Path(folder) / "log", volatile=True)
        try:
            os.environ |= {
                **servers.start({}),
                "DJANGO_SETTINGS_MODULE": "carbonfoot.settings",
                "VAR_DIR": folder,
                "LOCAL_HTTP": "1",
                "LOG_LEVEL": "ERROR",
            }
            run(
                *(QUICK if options.quick else FULL),
                2 if options.quick else RUNS,
                options.explain,
                options.only,
            )
        finally:
            servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
