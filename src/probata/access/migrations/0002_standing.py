import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("must_change_passphrase", models.BooleanField(default=False)),
                ("idle_minutes", models.PositiveIntegerField(null=True)),
                ("theme", models.CharField(blank=True, max_length=12)),
                ("language", models.CharField(blank=True, max_length=12)),
                ("last_seen", models.DateTimeField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standing",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
