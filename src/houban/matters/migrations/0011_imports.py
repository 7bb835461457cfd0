"""Take over matters of other platforms: their lists, how they are read, and every file on its way in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from houban.core import sql

# What the owner of the tables does in `take_over` alone, the triggers of each step need not look at again: the function
# holds the same promises for all of them at once. Whoever else writes, in the claim of a service too, meets them.
APART = """
DO $$ BEGIN
    EXECUTE format('DROP TRIGGER step_moves_its_matter ON matters_step;
        CREATE TRIGGER step_moves_its_matter BEFORE INSERT ON matters_step FOR EACH ROW
        WHEN (current_user <> %1$L) EXECUTE FUNCTION houban.take_step();
        DROP TRIGGER step_tells ON matters_step;
        CREATE TRIGGER step_tells AFTER INSERT ON matters_step FOR EACH ROW
        WHEN (current_user <> %1$L) EXECUTE FUNCTION houban.step_tells();
        DROP TRIGGER matter_moves_by_steps ON matters_matter;
        CREATE TRIGGER matter_moves_by_steps BEFORE UPDATE OR DELETE ON matters_matter
        FOR EACH ROW EXECUTE FUNCTION houban.matter_moves_by_steps();
        CREATE TRIGGER matter_begins_as_a_draft BEFORE INSERT ON matters_matter FOR EACH ROW
        WHEN (current_user <> %1$L) EXECUTE FUNCTION houban.matter_moves_by_steps()', current_user);
END $$;
"""
TAKE_OVER = """
CREATE FUNCTION houban.take_over(matters jsonb, steps jsonb) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_nestloop = off AS $$  -- how many rows an array has, no planner knows
DECLARE
    given matters_step[];
    opened matters_matter[];
    wrong text;
BEGIN
    IF NOT houban.is_service() THEN
        RAISE EXCEPTION 'only a service takes matters over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(g) INTO given FROM jsonb_populate_recordset(NULL::matters_step, steps) g;
    SELECT array_agg(g) INTO opened FROM jsonb_populate_recordset(NULL::matters_matter, matters) g;
    SELECT format('%s %s %s', s.matter_id, s.position, s.verb) INTO wrong
    FROM (
        SELECT g.*, lag(g.ends) OVER w AS before, lag(g.happened_at) OVER w AS earlier, row_number() OVER w AS n,
            count(*) FILTER (WHERE g.verb = 'rate') OVER w AS rates
        FROM unnest(given) g
        WINDOW w AS (PARTITION BY g.matter_id ORDER BY g.position)
    ) s
        LEFT JOIN unnest(opened) m ON m.id = s.matter_id
        LEFT JOIN matters_transition t
            ON t.kind = m.kind AND t.verb = s.verb AND t.begins = s.begins AND t.ends = s.ends
    WHERE t.id IS NULL OR s.position <> s.n OR s.begins <> COALESCE(s.before, 'draft') OR s.happened_at < s.earlier
        OR s.happened_at > s.recorded_at OR s.person_id IS NOT NULL OR s.paused_at IS NOT NULL OR s.twin_id IS NOT NULL
        OR s.unit_id IS NOT NULL OR (s.rating IS NOT NULL) <> (s.verb = 'rate') OR s.level NOT BETWEEN 1 AND 3
        OR s.verb NOT IN ('report', 'file', 'reject', 'dispatch', 'accept', 'submit', 'verify', 'close', 'rate')
        OR s.rates > 1
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the table has no such way: %', wrong USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO matters_matter (id, serial, kind, title, text, channel, source, urgent, confidential, unit_id, place,
        longitude, latitude, reported_at, recorded_at, state, steps_taken, changed_at, filed_at, ended_at, on_the_spot,
        extensions, pauses, returns, reworks, reopenings, appeals, rating, type_id, rule_id, level, receiver_id,
        holder_id, limit_amount, limit_unit, started_at, due_raw, due, sampled)
    SELECT m.id, nextval('matters_serial'), m.kind, m.title, m.text, m.channel, m.source, m.urgent, m.confidential,
        m.unit_id, m.place, m.longitude, m.latitude, m.reported_at, m.recorded_at, l.ends, l.position, l.happened_at,
        l.filed_at, CASE WHEN l.ends IN ('closed', 'rejected') THEN l.ended_at END, false, 0, 0, 0, 0, 0, 0, l.rated,
        l.type_id, l.rule_id, l.level, l.receiver_id, l.holder_id, l.limit_amount, l.limit_unit, l.started_at,
        l.due_raw, l.due, false
    FROM unnest(opened) m
        JOIN (
            SELECT DISTINCT ON (g.matter_id) g.*,
                max(g.rating) OVER w AS rated,
                max(g.happened_at) FILTER (WHERE g.verb = 'file') OVER w AS filed_at,
                max(g.happened_at) FILTER (WHERE g.ends IN ('closed', 'rejected') AND g.verb <> 'rate') OVER w AS ended_at
            FROM unnest(given) g
            WINDOW w AS (PARTITION BY g.matter_id)
            ORDER BY g.matter_id, g.position DESC
        ) l ON l.matter_id = m.id
    ORDER BY m.reported_at, m.id;
    IF NOT FOUND OR (SELECT count(DISTINCT matter_id) FROM unnest(given)) <> jsonb_array_length(matters) THEN
        RAISE EXCEPTION 'a matter without a step is none' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO matters_step (matter_id, position, verb, begins, ends, post, text, wish, rating, happened_at,
        recorded_at, type_id, rule_id, level, receiver_id, holder_id, limit_amount, limit_unit, started_at, due_raw,
        due, sampled)
    SELECT matter_id, position, verb, begins, ends, post, text, '', rating, happened_at, recorded_at, type_id, rule_id,
        level, receiver_id, holder_id, limit_amount, limit_unit, started_at, due_raw, due, false
    FROM unnest(given) ORDER BY matter_id, position;
    RETURN jsonb_array_length(matters);
END $$;
"""
TOGETHER = """
DROP FUNCTION houban.take_over(jsonb, jsonb);
DROP TRIGGER step_moves_its_matter ON matters_step; DROP TRIGGER step_tells ON matters_step;
DROP TRIGGER matter_moves_by_steps ON matters_matter; DROP TRIGGER matter_begins_as_a_draft ON matters_matter;
CREATE TRIGGER step_moves_its_matter BEFORE INSERT ON matters_step FOR EACH ROW EXECUTE FUNCTION houban.take_step();
CREATE TRIGGER step_tells AFTER INSERT ON matters_step FOR EACH ROW EXECUTE FUNCTION houban.step_tells();
CREATE TRIGGER matter_moves_by_steps BEFORE INSERT OR UPDATE OR DELETE ON matters_matter
    FOR EACH ROW EXECUTE FUNCTION houban.matter_moves_by_steps();
"""
WHOLE_COUNTY = "(SELECT houban.county() = ANY (houban.units_for('rules')) OR houban.is_service())"


class Migration(migrations.Migration):
    """Let whoever keeps the county's rules take files in, and a service write what they hold."""

    dependencies = [
        ('matters', '0010_verbs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Platform',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='平台')),
                ('columns', models.JSONField(default=dict, verbose_name='列')),
                ('words', models.JSONField(default=dict, verbose_name='写法')),
                ('changed_at', models.DateTimeField(verbose_name='最近改动')),
            ],
            options={
                'verbose_name': '外部平台',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name__regex', '^[^:：\\s]+$')), name='platform_has_a_plain_name')],
            },
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='文件')),
                ('token', models.CharField(blank=True, max_length=40, verbose_name='存放名')),
                ('sha256', models.CharField(max_length=64, verbose_name='摘要')),
                ('size', models.BigIntegerField(verbose_name='字节')),
                ('by_name', models.CharField(max_length=120, verbose_name='经办人姓名')),
                ('at', models.DateTimeField(verbose_name='上传时间')),
                ('header', models.JSONField(default=list, verbose_name='表头')),
                ('attempt', models.PositiveIntegerField(default=0, verbose_name='第几次')),
                ('stage', models.CharField(choices=[('matching', '待对列'), ('checking', '试导入中'), ('checked', '待确认'), ('writing', '导入中'), ('done', '已导入'), ('dropped', '已放弃'), ('failed', '没有导成')], default='matching', max_length=12, verbose_name='进度')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已处理')),
                ('beat_at', models.DateTimeField(null=True, verbose_name='最近有动静')),
                ('counts', models.JSONField(default=dict, verbose_name='件数')),
                ('refused', models.JSONField(default=list, verbose_name='不能导入的行')),
                ('unknown', models.JSONField(default=dict, verbose_name='认不出的写法')),
                ('problem', models.CharField(blank=True, max_length=500, verbose_name='没有导成的原因')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intakes', to='matters.platform', verbose_name='平台')),
            ],
            options={
                'verbose_name': '移入的文件',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['matching', 'checking', 'checked', 'writing', 'done', 'dropped', 'failed'])), name='intake_stage_known'), models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='intake_no_more_than_all')],
            },
        ),
        RunSQL(APART + TAKE_OVER, TOGETHER),
        sql.row_security("matters_platform", read=WHOLE_COUNTY, write=WHOLE_COUNTY),
        sql.row_security("matters_intake", read=WHOLE_COUNTY, write=WHOLE_COUNTY),
    ]
