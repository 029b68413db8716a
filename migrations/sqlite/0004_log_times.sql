-- When Drydock received a log's bytes, by the database's clock; the bytes themselves stay as the server wrote them. Of
-- logs from before this, nothing is known.
ALTER TABLE log_segments ADD COLUMN at BIGINT;
-- Of a packed segment, the times at which its later parts were received: versioned JSON, zstd.
ALTER TABLE log_segments ADD COLUMN marks BLOB;
