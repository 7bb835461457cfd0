"""Keep of the indexes on what is written with every step those that a question uses; let counts read the index alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drop the indexes that come with a foreign key and nothing asks by; deleting what they name is rare and may look."""

    dependencies = [
        ('divisions', '0015_counting'),
        ('matters', '0007_who_is_told'),
        ('organisation', '0006_county_kept_planned'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='matter',
            name='matter_due',
        ),
        migrations.RemoveIndex(
            model_name='matter',
            name='matter_ended',
        ),
        migrations.AlterField(
            model_name='matter',
            name='handler',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='承办人'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='holder',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.organisation', verbose_name='承办机构'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='parent',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='matters.matter', verbose_name='上级事项'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='receiver',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.organisation', verbose_name='受理机构'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='reporter',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='报告人'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='rule',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.filingrule', verbose_name='立案规则'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='twin',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter', verbose_name='并入'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='type',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.mattertype', verbose_name='类型'),
        ),
        migrations.AlterField(
            model_name='matter',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='divisions.division', verbose_name='区划'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='author',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='经办人'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='body',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.organisation', verbose_name='机构'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='matter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='matters.matter', verbose_name='事项'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='人员'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='post',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post', verbose_name='岗位'),
        ),
        migrations.AlterField(
            model_name='step',
            name='body',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.organisation', verbose_name='经办机构'),
        ),
        migrations.AlterField(
            model_name='step',
            name='handler',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='承办人'),
        ),
        migrations.AlterField(
            model_name='step',
            name='holder',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.organisation', verbose_name='承办机构'),
        ),
        migrations.AlterField(
            model_name='step',
            name='matter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='matters.matter', verbose_name='事项'),
        ),
        migrations.AlterField(
            model_name='step',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='经办人'),
        ),
        migrations.AlterField(
            model_name='step',
            name='receiver',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.organisation', verbose_name='受理机构'),
        ),
        migrations.AlterField(
            model_name='step',
            name='rule',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.filingrule', verbose_name='立案规则'),
        ),
        migrations.AlterField(
            model_name='step',
            name='twin',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter', verbose_name='并入'),
        ),
        migrations.AlterField(
            model_name='step',
            name='type',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.mattertype', verbose_name='类型'),
        ),
        migrations.AlterField(
            model_name='step',
            name='unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='divisions.division', verbose_name='改属区划'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'rejected', 'draft']), _negated=True), fields=['due'], include=('state', 'unit', 'holder', 'receiver', 'reporter', 'confidential', 'paused_at', 'returns'), name='matter_due'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], include=('state', 'unit', 'holder', 'receiver', 'reporter', 'confidential'), name='matter_ended'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('holder__isnull', False)), fields=['holder'], name='matter_holder'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('receiver__isnull', False)), fields=['receiver'], name='matter_receiver'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='notification_person'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('post__isnull', False)), fields=['post'], name='notification_post'),
        ),
    ]
