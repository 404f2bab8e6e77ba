import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_exposure'),
    ]

    operations = [
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80)),
                ('permissions', models.JSONField()),
                ('expires_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('seq', models.BigIntegerField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='access.person')),
            ],
        ),
        migrations.CreateModel(
            name='TokenEnd',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('seq', models.BigIntegerField()),
                ('token', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='access.token')),
            ],
        ),
    ]
