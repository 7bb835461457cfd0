"""Who may say and mention what, whom a step or a comment tells, and that nothing is sent twice; held by the database."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from houban.core import sql

# In which posts somebody acts today, and in which organisation they hold which power.
POSTS = """
CREATE FUNCTION houban.in_post(who bigint, post bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM organisation_appointment a WHERE a.person_id = who AND a.post_id = post
        AND a.withdrawn_at IS NULL AND a.during @> houban.today())
$$;

CREATE FUNCTION houban.posts() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT post_id), '{}') FROM organisation_appointment
    WHERE person_id = houban.person() AND withdrawn_at IS NULL AND during @> houban.today()
$$;

CREATE FUNCTION houban.roles() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT p.organisation_id || ':' || w.power), '{}')
    FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
        JOIN organisation_postpower w ON w.kind = p.kind
    WHERE a.person_id = houban.person() AND a.withdrawn_at IS NULL AND a.during @> houban.today()
$$;
"""

# The same as the policies of matters and notifications say of the one who asks; a test holds both equal.
SEES = """
CREATE FUNCTION houban.sees(m matters_matter, who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT COALESCE(m.reporter_id = who, false)
        OR EXISTS (SELECT 1 FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
            WHERE a.person_id = who AND p.organisation_id IN (m.holder_id, m.receiver_id)
              AND a.withdrawn_at IS NULL AND a.during @> houban.today())
        OR NOT m.confidential AND m.unit_id = ANY (houban.units_of(who, 'read', houban.today()))
$$;

CREATE FUNCTION houban.told(n matters_notification, who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN n.body_id IS NOT NULL THEN EXISTS (
            SELECT 1 FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
                JOIN organisation_postpower w ON w.kind = p.kind AND w.power = n.power
            WHERE a.person_id = who AND p.organisation_id = n.body_id
              AND a.withdrawn_at IS NULL AND a.during @> houban.today())
        WHEN n.person_id = who THEN n.post_id IS NULL OR houban.in_post(who, n.post_id)
        ELSE n.post_id IS NOT NULL AND houban.in_post(who, n.post_id) AND NOT houban.in_post(n.person_id, n.post_id)
    END AND (SELECT houban.sees(m, who) FROM matters_matter m WHERE m.id = n.matter_id)
$$;
"""

# A step settles what its own organisation was told, and what everybody was told once the matter has ended.
STEP_TELLS = """
CREATE FUNCTION houban.step_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    ended constant boolean := NEW.ends IN ('closed', 'rejected');
BEGIN
    UPDATE matters_notification SET settled_at = NEW.recorded_at
        WHERE matter_id = NEW.matter_id AND body_id IS NOT NULL AND settled_at IS NULL
          AND (ended OR body_id = NEW.body_id);
    INSERT INTO matters_notification
        (matter_id, body_id, power, person_id, reason, author_id, count, at, recorded_at)
    SELECT NEW.matter_id, t.body, t.power, t.person, NEW.verb, NEW.person_id, 1, NEW.happened_at, NEW.recorded_at
    FROM (
        SELECT NEW.receiver_id AS body, 'dispatch' AS power, NULL::bigint AS person
            WHERE NEW.verb = 'ask' OR NEW.ends IN ('reported', 'filed')
              AND NEW.verb IN ('report', 'escalate', 'return', 'reopen', 'supervise', 'appeal', 'move')
        UNION ALL
        SELECT NEW.holder_id, 'handle', NULL WHERE NEW.ends IN ('dispatched', 'handling')
            AND NEW.verb IN ('report', 'dispatch', 'retype', 'extend', 'pause', 'resume', 'send_back', 'supervise', 'move')
        UNION ALL
        SELECT NEW.receiver_id, 'verify', NULL
            WHERE NEW.verb = 'submit' AND NEW.receiver_id IS DISTINCT FROM NEW.holder_id
        UNION ALL
        SELECT NULL, '', m.reporter_id FROM matters_matter m
            WHERE m.id = NEW.matter_id AND m.reporter_id IS DISTINCT FROM NEW.person_id
              AND (NEW.verb = 'reply' OR ended AND NEW.begins NOT IN ('closed', 'rejected'))
    ) t
    WHERE t.body IS NOT NULL OR t.person IS NOT NULL
    ON CONFLICT ON CONSTRAINT notification_once DO UPDATE SET
        count = matters_notification.count + 1, settled_at = NULL, reason = EXCLUDED.reason,
        author_id = EXCLUDED.author_id, at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at;
    RETURN NULL;
END $$;

CREATE TRIGGER step_tells AFTER INSERT ON matters_step FOR EACH ROW EXECUTE FUNCTION houban.step_tells();
"""

COMMENT_TELLS = """
CREATE FUNCTION houban.comment_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO matters_notification (matter_id, body_id, power, reason, author_id, count, at, recorded_at)
    SELECT NEW.matter_id, t.body, t.power, 'comment', NEW.person_id, 1, NEW.at, NEW.recorded_at
    FROM matters_matter m CROSS JOIN LATERAL (VALUES (m.receiver_id, 'dispatch'), (m.holder_id, 'handle')) t (body, power)
    WHERE m.id = NEW.matter_id AND t.body IS NOT NULL AND m.state NOT IN ('draft', 'closed', 'rejected')
    ON CONFLICT ON CONSTRAINT notification_once DO UPDATE SET
        count = matters_notification.count + 1, settled_at = NULL, reason = EXCLUDED.reason,
        author_id = EXCLUDED.author_id, at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at;
    RETURN NULL;
END $$;

CREATE TRIGGER comment_tells AFTER INSERT ON matters_comment FOR EACH ROW EXECUTE FUNCTION houban.comment_tells();

CREATE FUNCTION houban.mention_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    said matters_comment;
    m matters_matter;
    body bigint;
BEGIN
    SELECT * INTO said FROM matters_comment WHERE id = NEW.comment_id;
    SELECT * INTO m FROM matters_matter WHERE id = said.matter_id;
    SELECT organisation_id INTO body FROM organisation_post WHERE id = NEW.post_id;
    IF NOT houban.in_post(NEW.person_id, NEW.post_id) THEN
        RAISE EXCEPTION 'person % does not hold post % today', NEW.person_id, NEW.post_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mention_of_a_holder';
    END IF;
    IF NOT COALESCE(body = m.receiver_id, false) AND NOT COALESCE(body = m.holder_id, false)
        AND NOT EXISTS (SELECT 1 FROM matters_step s WHERE s.matter_id = m.id AND s.body_id = body) THEN
        RAISE EXCEPTION 'organisation % has nothing to do with matter %', body, m.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mention_of_a_body_on_the_matter';
    END IF;
    IF NOT houban.sees(m, NEW.person_id) THEN
        RAISE EXCEPTION 'person % may not see matter %', NEW.person_id, m.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mention_of_who_sees';
    END IF;
    INSERT INTO matters_notification (matter_id, post_id, person_id, power, reason, author_id, count, at, recorded_at)
    VALUES (m.id, NEW.post_id, NEW.person_id, '', 'mention', said.person_id, 1, said.at, said.recorded_at)
    ON CONFLICT ON CONSTRAINT notification_once DO UPDATE SET
        count = matters_notification.count + 1, settled_at = NULL, reason = EXCLUDED.reason,
        author_id = EXCLUDED.author_id, at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at;
    RETURN NULL;
END $$;

CREATE TRIGGER mention_tells AFTER INSERT ON matters_mention FOR EACH ROW EXECUTE FUNCTION houban.mention_tells();
"""

ONCE = """
CREATE FUNCTION houban.delivery_goes_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sent_at IS NOT NULL OR OLD.dropped_at IS NOT NULL
        OR OLD.taken_at IS NOT NULL AND NEW.taken_at IS DISTINCT FROM OLD.taken_at
            AND NOT (NEW.taken_at IS NULL AND NEW.tries = OLD.tries + 1 AND NEW.problem <> '') THEN
        RAISE EXCEPTION 'delivery % was taken: it is not sent twice', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'delivery_goes_once';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER delivery_goes_once BEFORE UPDATE ON matters_delivery
    FOR EACH ROW EXECUTE FUNCTION houban.delivery_goes_once();
CREATE TRIGGER delivery_is_kept BEFORE DELETE ON matters_delivery FOR EACH ROW EXECUTE FUNCTION houban_refuse();
"""

UNDO = """
DROP TRIGGER delivery_is_kept ON matters_delivery; DROP FUNCTION houban.delivery_goes_once() CASCADE;
DROP FUNCTION houban.mention_tells() CASCADE; DROP FUNCTION houban.comment_tells() CASCADE;
DROP FUNCTION houban.step_tells() CASCADE; DROP FUNCTION houban.told(matters_notification, bigint);
DROP FUNCTION houban.sees(matters_matter, bigint); DROP FUNCTION houban.roles(); DROP FUNCTION houban.posts();
DROP FUNCTION houban.in_post(bigint, bigint);
"""

ME = "(SELECT houban.person())"
SERVICE = "(SELECT houban.is_service())"
MY_BODY = "= ANY ((SELECT houban.bodies())::bigint[])"
MY_POST = "= ANY ((SELECT houban.posts())::bigint[])"
# With an offset the row is looked up by its key; without, the planner may read every matter there is to make a hash.
OF_A_MATTER = "EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matter_id OFFSET 0)"
IN_MY_NAME = f"person_id = {ME} AND (body_id IS NULL OR body_id {MY_BODY}) AND {OF_A_MATTER} OR {SERVICE}"
OF_A_COMMENT = "EXISTS (SELECT 1 FROM matters_comment c WHERE c.id = comment_id)"
OF_MY_COMMENT = f"EXISTS (SELECT 1 FROM matters_comment c WHERE c.id = comment_id AND c.person_id = {ME}) OR {SERVICE}"
STILL_THERE = (
    "EXISTS (SELECT 1 FROM organisation_appointment a WHERE a.person_id = matters_notification.person_id"
    " AND a.post_id = matters_notification.post_id AND a.withdrawn_at IS NULL"
    " AND a.during @> (SELECT houban.today()) OFFSET 0)"
)
FOR_ME = (
    f"(body_id {MY_BODY} AND (body_id || ':' || power) = ANY ((SELECT houban.roles())::text[])"
    f" OR person_id = {ME} AND (post_id IS NULL OR post_id {MY_POST})"
    f" OR post_id {MY_POST} AND NOT {STILL_THERE}) AND {OF_A_MATTER} OR {SERVICE}"
)
OF_A_LINE = "EXISTS (SELECT 1 FROM matters_notification n WHERE n.id = notification_id)"
MINE = f"person_id = {ME} OR {SERVICE}"


class Migration(migrations.Migration):
    """Let comments be said in one's own name, lines follow the post, and messages go once."""

    dependencies = [("matters", "0006_comments")]
    operations = [
        RunSQL(POSTS + SEES + STEP_TELLS + COMMENT_TELLS + ONCE, UNDO),
        sql.append_only("matters_comment"),
        sql.append_only("matters_mention"),
        sql.row_security("matters_comment", read=OF_A_MATTER, write=IN_MY_NAME),
        sql.row_security("matters_mention", read=OF_A_COMMENT, write=OF_MY_COMMENT),
        sql.row_security("matters_notification", read=FOR_ME, write=SERVICE),
        sql.row_security("matters_readmark", read=MINE, write=f"person_id = {ME} AND {OF_A_LINE} OR {SERVICE}"),
        sql.row_security("matters_subscription", read=MINE, write=MINE),
        sql.row_security("matters_delivery", read=MINE, write=SERVICE),
    ]
