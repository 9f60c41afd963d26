-- Pictures, voice notes and documents; see sql/functions/attachments.sql.

-- name: claim_attachments
-- args: org_id bigint, owner text, max_rows integer, lease_s integer
-- row: message_id bigint, n integer, provider_file_id text, declared_bytes bigint?, declared_sha256 text?,
--   channel_id bigint, platform text?, external_id text?, config jsonb?
SELECT message_id, n, provider_file_id, declared_bytes, declared_sha256, channel_id, platform, external_id, config
FROM deskbell_claim_attachments(:org_id, :owner, :max_rows, :lease_s)

-- name: attachment_stored
-- args: org_id bigint, message_id bigint, position integer, sha256 text, bytes bigint, media_type text,
--   transcribes boolean, describes boolean
-- row: is_stored boolean
SELECT deskbell_attachment_stored(:org_id, :message_id, :position, decode(:sha256, 'hex'), :bytes, :media_type,
	:transcribes, :describes) AS is_stored

-- name: attachment_failed
-- args: org_id bigint, message_id bigint, position integer, reason text, final boolean
SELECT deskbell_attachment_failed(:org_id, :message_id, :position, :reason, :final)

-- name: claim_readings
-- args: org_id bigint, owner text, max_rows integer, lease_s integer
-- row: message_id bigint, n integer, kind text, sha256 text, media_type text?, preview text?, attempts integer,
--   language text, settings jsonb
SELECT message_id, n, kind, sha256, media_type, preview, attempts, language, settings
FROM deskbell_claim_readings(:org_id, :owner, :max_rows, :lease_s)

-- name: reading_done
-- args: org_id bigint, message_id bigint, position integer, words text
-- row: is_done boolean
SELECT deskbell_reading_done(:org_id, :message_id, :position, :words) AS is_done

-- name: reading_failed
-- args: org_id bigint, message_id bigint, position integer, reason text, final boolean, pause_s integer
SELECT deskbell_reading_failed(:org_id, :message_id, :position, :reason, :final, :pause_s)

-- name: unused_files
-- args: org_id bigint, max_rows integer
-- row: sha256 text
SELECT sha256 FROM deskbell_unused_files(:org_id, :max_rows)

-- name: orphan_files
-- args: max_rows integer
-- row: org_id bigint, sha256 text
SELECT org_id, sha256 FROM deskbell_orphan_files(:max_rows)

-- name: forget_file
-- args: org_id bigint, sha256 text
SELECT deskbell_forget_file(:org_id, decode(:sha256, 'hex'))

-- name: attachment
-- args: org_id bigint, message_id bigint, position integer
-- row: state text, sha256 text?, bytes bigint?, media_type text?, file_name text?, kind text, preview text?,
--   is_tried boolean
SELECT a.state, encode(a.sha256, 'hex') AS sha256, a.bytes, a.media_type, a.file_name, a.kind,
	encode(f.preview, 'hex') AS preview, f.looked_at IS NOT NULL AS is_tried
FROM attachments a LEFT JOIN files f ON f.org_id = :org_id AND f.sha256 = a.sha256 WHERE a.org_id = :org_id
	AND a.message_id = :message_id AND a.position = :position

-- The files of some messages of a conversation.
-- name: attachments_of_messages
-- args: org_id bigint, message_ids bigint[]
-- row: message_id bigint, position integer, kind text, state text, reason text?, bytes bigint?, media_type text?,
--   file_name text?, duration_s integer?, width integer?, height integer?, has_no_preview boolean, is_inbound boolean,
--   is_played boolean, unread_reason text?, description text?, pages integer?
SELECT a.message_id, a.position, a.kind, a.state, a.reason, coalesce(a.bytes, a.declared_bytes) AS bytes,
	a.media_type, a.file_name, a.duration_s, coalesce(f.width, a.width) AS width,
	coalesce(f.height, a.height) AS height, f.looked_at IS NOT NULL AND f.preview IS NULL AS has_no_preview,
	m.direction = 'inbound' AS is_inbound, a.played_at IS NOT NULL AS is_played,
	CASE WHEN a.reading = 'failed' THEN a.reading_reason END AS unread_reason,
	left(m.metadata->'descriptions'->>a.position::text, 1000) AS description, f.pages
FROM attachments a JOIN messages m ON m.org_id = :org_id AND m.id = a.message_id
	LEFT JOIN files f ON f.org_id = :org_id AND f.sha256 = a.sha256
WHERE a.org_id = :org_id AND a.message_id = ANY (:message_ids)
ORDER BY a.message_id, a.position

-- A user asks for a lost file again.
-- name: attachment_retry
-- args: org_id bigint, message_id bigint, position integer
-- row: conversation_id bigint?
SELECT deskbell_attachment_retry(:org_id, :message_id, :position) AS conversation_id

-- An operator has begun to play it.
-- name: attachment_played
-- args: org_id bigint, message_id bigint, position integer
-- row: conversation_id bigint
WITH heard AS (
	UPDATE attachments a SET played_at = coalesce(a.played_at, now())
	WHERE a.org_id = :org_id AND a.message_id = :message_id AND a.position = :position
		AND EXISTS (SELECT 1 FROM messages m WHERE m.org_id = :org_id AND m.id = :message_id AND m.direction = 'inbound'))
SELECT a.conversation_id FROM attachments a
WHERE a.org_id = :org_id AND a.message_id = :message_id AND a.position = :position

-- name: keep_upload
-- args: org_id bigint, channel_id bigint, sha256 text, kind text, provider_file_id text, life_s integer
SELECT deskbell_keep_upload(:org_id, :channel_id, decode(:sha256, 'hex'), :kind, :provider_file_id, :life_s)

-- name: forget_upload
-- args: org_id bigint, channel_id bigint, sha256 text, provider_file_id text
SELECT deskbell_forget_upload(:org_id, :channel_id, decode(:sha256, 'hex'), :provider_file_id)

-- name: park_delivery
-- args: org_id bigint, message_id bigint, attempts integer, seconds integer
-- row: is_ours boolean
SELECT deskbell_park_delivery(:org_id, :message_id, :attempts, :seconds) AS is_ours

-- name: hold_delivery
-- args: org_id bigint, message_id bigint, attempts integer, owner text, seconds integer
-- row: is_ours boolean
SELECT deskbell_hold_delivery(:org_id, :message_id, :attempts, :owner, :seconds) AS is_ours

-- name: file_is_known
-- args: org_id bigint, sha256 text
-- row: is_known boolean
SELECT EXISTS (SELECT 1 FROM files f WHERE f.org_id = :org_id AND f.sha256 = decode(:sha256, 'hex')) AS is_known

-- A file's preview, which is in the store, or that it has none (`preview` absent).
-- name: keep_preview_file
-- args: org_id bigint, sha256 text, bytes bigint
INSERT INTO files (org_id, sha256, bytes, looked_at) VALUES (:org_id, decode(:sha256, 'hex'), :bytes, now())
	ON CONFLICT DO NOTHING

-- name: keep_preview
-- args: org_id bigint, sha256 text, preview text?, width integer?, height integer?, pages integer?
UPDATE files f SET preview = decode(:preview, 'hex'), width = :width, height = :height, pages = :pages,
	looked_at = now()
WHERE f.org_id = :org_id AND f.sha256 = decode(:sha256, 'hex')

-- What a reply takes along: of a skill, a canned reply or the fallback (owner_id 0). See src/channel/reply-content.h.
-- name: reply_content
-- args: org_id bigint, owner text, owner_id bigint
-- row: sha256 text?, bytes bigint?, media_type text?, file_name text?, width integer?, height integer?,
--   preview text?, is_tried boolean, latitude double precision?, longitude double precision?, place_name text?
SELECT sha256, bytes, media_type, file_name, width, height, preview, is_tried, latitude, longitude, place_name
FROM deskbell_reply_content(:org_id, :owner, :owner_id)

-- A file, which is in the store, or a place, instead of what was there.
-- name: reply_content_set
-- args: org_id bigint, owner text, owner_id bigint, sha256 text?, bytes bigint?, media_type text?, file_name text?,
--   width integer?, height integer?, latitude double precision?, longitude double precision?, place_name text?
WITH kept AS (
	INSERT INTO files (org_id, sha256, bytes) SELECT :org_id, decode(:sha256, 'hex'), :bytes
	WHERE :sha256 IS NOT NULL ON CONFLICT DO NOTHING)
INSERT INTO reply_contents (org_id, owner, owner_id, sha256, bytes, media_type, file_name, width, height,
	latitude, longitude, place_name)
SELECT :org_id, :owner, :owner_id, decode(:sha256, 'hex'), :bytes, :media_type, :file_name, :width, :height,
	:latitude, :longitude, :place_name
ON CONFLICT (org_id, owner, owner_id) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes,
	media_type = excluded.media_type, file_name = excluded.file_name, width = excluded.width,
	height = excluded.height, latitude = excluded.latitude, longitude = excluded.longitude,
	place_name = excluded.place_name

-- name: reply_content_remove
-- args: org_id bigint, owner text, owner_id bigint
-- row: owner_id bigint
DELETE FROM reply_contents WHERE org_id = :org_id AND owner = :owner AND owner_id = :owner_id RETURNING owner_id

-- Whether there is one to take something along.
-- name: reply_exists
-- args: org_id bigint, owner text, owner_id bigint
-- row: is_there boolean
SELECT CASE :owner WHEN 'skill' THEN EXISTS (SELECT 1 FROM skills s WHERE s.org_id = :org_id AND s.id = :owner_id)
	WHEN 'canned' THEN EXISTS (SELECT 1 FROM canned_replies c WHERE c.org_id = :org_id AND c.id = :owner_id)
	ELSE :owner_id = 0 END AS is_there

-- The number of a canned reply by its shortcut.
-- name: canned_reply_of_shortcut
-- args: org_id bigint, shortcut text
-- row: id bigint
SELECT id FROM canned_replies WHERE org_id = :org_id AND lower(shortcut) = lower(:shortcut)
