-- Whom to trust about travel documents (ICAO 9303-12): authorities, document signers, revocation lists, deviation and defect lists. All of
-- it is public. Nothing in it changes; what is known already gets one more source.

CREATE TABLE trust_items (
  sha256 BYTEA NOT NULL PRIMARY KEY,    -- of the encoding
  kind TEXT NOT NULL,                   -- authority, document_signer, revocation_list, deviation_list, defect_list
  der BYTEA NOT NULL,
  imported_at BIGINT NOT NULL
);

CREATE TABLE trust_sources (
  sha256 BYTEA NOT NULL,                -- of the item
  source TEXT NOT NULL,                 -- the name of the file
  vouched BIGINT NOT NULL,              -- 1: by the operator, or by a list whose signer is trusted; 0: taken unverified
  imported_at BIGINT NOT NULL,
  PRIMARY KEY (sha256, source)
);
