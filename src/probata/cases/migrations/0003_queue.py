"""Items of reports as rows, found from either side, and who is to answer a report."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models


def spread(apps: Apps, _schema_editor: object) -> None:
    """The items of the reports that are here already, from their own lists."""
    report, reported = apps.get_model("cases", "Report"), apps.get_model("cases", "ReportedItem")
    rows = (
        reported(report_id=one.id, item=item, seq=one.seq)
        for one in report.objects.order_by("seq", "place", "id").iterator()
        for item in dict.fromkeys(one.items)
    )
    reported.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportAssignment",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("written_by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("seq", models.BigIntegerField(db_index=True)),
                ("supersedes", models.CharField(max_length=32, null=True, unique=True)),
                ("person", models.CharField(db_index=True, max_length=64)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="cases.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes", None)),
                        fields=("report",),
                        name="one_chain_of_assignees_a_report",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportedItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.CharField(db_index=True, max_length=64)),
                ("seq", models.BigIntegerField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reported", to="cases.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "item"), name="an_item_once_a_report")
                ],
            },
        ),
        migrations.RunPython(spread, migrations.RunPython.noop),
    ]
