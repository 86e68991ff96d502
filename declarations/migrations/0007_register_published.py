"""What stands in the register as a column that the database keeps, indexes for it, and the publication rule."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen

# ``stands`` says whether the declaration is accepted now. Nobody writes it: an entry asks its declaration when it is
# written, and a declaration that changes its state tells its entry. Every other column stays as it was accepted.
STANDS = migrations.RunSQL(
    sql="""
    create function carbonfoot_register_stands() returns trigger language plpgsql as $$
    begin
        select d.state = 'accepted' into strict new.stands from declarations_declaration d where d.id = new.declaration_id;
        return new;
    end $$;
    create function carbonfoot_register_follow() returns trigger language plpgsql as $$
    begin
        update declarations_registerentry set stands = new.state = 'accepted' where declaration_id = new.id;
        return null;
    end $$;
    drop trigger declarations_registerentry_frozen on declarations_registerentry;
    create trigger declarations_registerentry_frozen before delete on declarations_registerentry
        for each row execute function carbonfoot_refuse();
    create trigger declarations_registerentry_kept before update on declarations_registerentry
        for each row when (to_jsonb(old) - 'stands' is distinct from to_jsonb(new) - 'stands')
        execute function carbonfoot_refuse();
    create trigger declarations_registerentry_stands before insert or update on declarations_registerentry
        for each row execute function carbonfoot_register_stands();
    create trigger declarations_declaration_register after update of state on declarations_declaration
        for each row when (old.state is distinct from new.state and 'accepted' in (old.state, new.state))
        execute function carbonfoot_register_follow();
    update declarations_registerentry set stands = true;
    """,
    reverse_sql="""
    drop trigger declarations_declaration_register on declarations_declaration;
    drop trigger declarations_registerentry_stands on declarations_registerentry;
    drop trigger declarations_registerentry_kept on declarations_registerentry;
    drop trigger declarations_registerentry_frozen on declarations_registerentry;
    create trigger declarations_registerentry_frozen before update or delete on declarations_registerentry
        for each row execute function carbonfoot_refuse();
    drop function carbonfoot_register_follow();
    drop function carbonfoot_register_stands();
    """,
)

# The published text lies beside the row, not in it: lists and counts read rows without it.
NARROW = migrations.RunSQL(
    sql="alter table declarations_registerentry set (toast_tuple_target = 256);",
    reverse_sql="alter table declarations_registerentry reset (toast_tuple_target);",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_secret_links"),
        ("declarations", "0006_request_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                ("fields", models.JSONField(default=list)),
                ("reason", models.TextField()),
                ("set_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["-version"],
            },
        ),
        migrations.RemoveIndex(
            model_name="registerentry",
            name="declaration_chemist_0b5c91_idx",
        ),
        migrations.AddField(
            model_name="registerentry",
            name="rule_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="registerentry",
            name="stands",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)), fields=["accepted_at", "id"], name="register_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)), fields=["number", "id"], name="register_by_number"
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)), fields=["maker_zh", "id"], name="register_by_maker"
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)),
                fields=["rated_energy_kwh", "id"],
                name="register_by_energy",
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)),
                fields=["per_functional_unit", "id"],
                name="register_by_delivered",
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)),
                fields=["per_kwh_capacity", "id"],
                name="register_by_rated",
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)),
                fields=["chemistry", "-accepted_at", "-id"],
                name="register_by_chemistry",
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)),
                fields=["ruleset_id", "chemistry", "per_functional_unit"],
                include=("maker_code", "province", "accepted_at", "primary_share", "per_kwh_capacity"),
                name="register_statistics",
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(
                condition=models.Q(("stands", True)), fields=["maker_code"], name="register_maker_code"
            ),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(fields=["sha256"], name="register_sha256"),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=models.Index(fields=["snapshot_sha256"], name="register_snapshot_sha256"),
        ),
        migrations.AddIndex(
            model_name="registerentry",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("search"),
                    models.Value(None),
                    function="string_to_array",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                name="register_search_characters",
            ),
        ),
        migrations.AddField(
            model_name="publicationrule",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="publicationrule",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="publicationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="publication_version_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="publicationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="publication_needs_reason"
            ),
        ),
        frozen("declarations_publicationrule"),
        STANDS,
        NARROW,
    ]
