from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="keys",
            field=models.JSONField(default=dict),
        ),
    ]
