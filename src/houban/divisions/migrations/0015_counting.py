from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('divisions', '0014_branches'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='divisionversion',
            index=models.Index(condition=models.Q(('retracted_at__isnull', True)), fields=['parent', 'form'], include=('during',), name='version_counted'),
        ),
    ]
