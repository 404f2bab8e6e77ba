from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_views_through"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="addresses",
            field=models.JSONField(default=list),
        ),
    ]
