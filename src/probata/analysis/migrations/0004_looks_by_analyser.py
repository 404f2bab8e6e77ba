"""An index from which how far every analyser is can be read without the rows themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("analysis", "0003_observations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="look",
            index=models.Index(fields=["analyser", "item", "outcome"], name="looks_by_analyser"),
        ),
    ]
