"""Say of each post held today which organisation it belongs to."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

BEFORE = """
CREATE OR REPLACE FUNCTION houban.standing() RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    me constant bigint := houban.person();
    day constant date := houban.today();
    posts jsonb;
BEGIN
    IF me IS NULL THEN
        RETURN '{"person": null, "posts": []}'::jsonb;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('appointment', a.id, 'post', p.id, 'kind', p.kind, 'title', p.title,
               'organisation', o.name, 'unit', COALESCE(p.division_id, 0), 'powers', w.powers)
           ORDER BY w.number DESC, a.id)
        INTO posts
        FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
            JOIN organisation_organisation o ON o.id = p.organisation_id
            CROSS JOIN LATERAL (SELECT jsonb_agg(power) AS powers, count(*) AS number FROM organisation_postpower
                                WHERE kind = p.kind) w
        WHERE a.person_id = me AND a.withdrawn_at IS NULL AND a.during @> day;
    PERFORM houban.keep_reach(COALESCE(NULLIF((post->>'unit')::bigint, 0), houban.county()))
        FROM jsonb_array_elements(posts) post;
    RETURN jsonb_build_object('person', me, 'posts', COALESCE(posts, '[]'::jsonb));
END $$;
"""
NOW = """
CREATE OR REPLACE FUNCTION houban.standing() RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    me constant bigint := houban.person();
    day constant date := houban.today();
    posts jsonb;
BEGIN
    IF me IS NULL THEN
        RETURN '{"person": null, "posts": []}'::jsonb;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('appointment', a.id, 'post', p.id, 'kind', p.kind, 'title', p.title,
               'organisation', o.name, 'body', o.id, 'unit', COALESCE(p.division_id, 0), 'powers', w.powers)
           ORDER BY w.number DESC, a.id)
        INTO posts
        FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
            JOIN organisation_organisation o ON o.id = p.organisation_id
            CROSS JOIN LATERAL (SELECT jsonb_agg(power) AS powers, count(*) AS number FROM organisation_postpower
                                WHERE kind = p.kind) w
        WHERE a.person_id = me AND a.withdrawn_at IS NULL AND a.during @> day;
    PERFORM houban.keep_reach(COALESCE(NULLIF((post->>'unit')::bigint, 0), houban.county()))
        FROM jsonb_array_elements(posts) post;
    RETURN jsonb_build_object('person', me, 'posts', COALESCE(posts, '[]'::jsonb));
END $$;
"""


class Migration(migrations.Migration):
    """Let the claim's answer name the organisation of every post."""

    dependencies = [("organisation", "0004_personal")]
    operations = [RunSQL(NOW, BEFORE)]
