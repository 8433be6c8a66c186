/// The tables of the journal, and what its `meta` rows mean.
enum JournalSchema {
  /// The schema that this release reads and writes.
  static let version = 3
  /// `PRAGMA application_id`, so that another application's database is never written to: "prov".
  static let applicationID = 0x7072_6F76

  enum MetaKey {
    static let schemaVersion = "schema_version"
    static let upstream = "upstream"
    /// The name of the journal in its checkpoints.
    static let origin = "origin"
    /// Up to which record (`seq`) an earlier start has looked at the hashes.
    static let verifiedPosition = "verified_seq"
  }

  /// A record's place in the tree is `seq - 1`, and `hlc_us` its time in that order. Append-only: the
  /// triggers refuse DELETE and every UPDATE but the end of an old record. `record` holds the whole
  /// event; the other columns repeat what queries need. Identifiers are of version 7 where they are
  /// ours, so the indexes grow at their end.
  static let statements = """
    PRAGMA application_id = \(applicationID);

    CREATE TABLE meta (
      key TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit_record (
      seq INTEGER PRIMARY KEY,
      hlc_us INTEGER NOT NULL,
      event_id BLOB NOT NULL UNIQUE CHECK (length(event_id) = 16),
      kind TEXT NOT NULL,
      wall_us INTEGER NOT NULL,
      creation_id BLOB CHECK (length(creation_id) = 16),
      request_id TEXT NOT NULL,
      organization TEXT NOT NULL,
      caller_id TEXT NOT NULL,
      user_hash TEXT,
      user_key INTEGER,
      record BLOB,
      leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32)
    ) STRICT;

    CREATE INDEX audit_record_creation ON audit_record (creation_id)
      WHERE creation_id IS NOT NULL;
    CREATE INDEX audit_record_request ON audit_record (request_id) WHERE request_id <> '';
    CREATE INDEX audit_record_time ON audit_record (wall_us);
    CREATE INDEX audit_record_organization ON audit_record (organization, wall_us);
    CREATE INDEX audit_record_caller ON audit_record (caller_id, wall_us);
    CREATE INDEX audit_record_user ON audit_record (substr(user_hash, 1, 16), wall_us)
      WHERE user_hash IS NOT NULL;
    CREATE INDEX audit_record_kind ON audit_record (kind, wall_us)
      WHERE kind <> 'created' AND kind <> 'intended';

    CREATE INDEX audit_record_expired ON audit_record (seq) WHERE record IS NULL;

    CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record
    WHEN NOT (\(expiry))
    BEGIN
      SELECT RAISE(ABORT, 'audit_record is append-only');
    END;

    CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record
    BEGIN
      SELECT RAISE(ABORT, 'audit_record is append-only');
    END;

    \(tree)
    """

  /// The one change of a record: a week old at least, it loses its body and what it is looked up by.
  private static let expiry: String = {
    let emptied = JournalRecord.expired.map { "NEW.\($0.column) IS \($0.value)" }
    let expired = Set(JournalRecord.expired.map(\.column))
    let kept = (["seq", "hlc_us"] + JournalRecord.columns.map(\.name))
      .filter { !expired.contains($0) }.map { "NEW.\($0) IS OLD.\($0)" }
    return (emptied + kept + ["OLD.wall_us < (unixepoch() - \(leastAge)) * 1000000"])
      .joined(separator: " AND ")
  }()

  /// In seconds.
  private static let leastAge = RecordRetention.leastAge.components.seconds

  /// The tree over the records, see ``TreeHead`` and ``TreeNode``.
  private static let tree = """
    CREATE TABLE tree_head (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      tree_size INTEGER NOT NULL,
      root_hash BLOB NOT NULL CHECK (length(root_hash) = 32),
      frontier BLOB NOT NULL,
      hlc_us INTEGER NOT NULL,
      note TEXT NOT NULL
    ) STRICT;

    CREATE TABLE tree_node (
      level INTEGER NOT NULL,
      position INTEGER NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (level, position)
    ) STRICT, WITHOUT ROWID;
    """

  /// Writes a page and changes nothing: finds out whether the disk takes anything.
  static let probe = "UPDATE meta SET value = value WHERE key = '\(MetaKey.schemaVersion)'"

  static let insertMeta = "INSERT INTO meta (key, value) VALUES (?, ?)"

  static let putMeta = insertMeta + " ON CONFLICT (key) DO UPDATE SET value = excluded.value"

  static let insertRecord = """
    INSERT INTO audit_record (seq, hlc_us, \(JournalRecord.columns.names))
    VALUES (?, ?, \(JournalRecord.columns.map { _ in "?" }.joined(separator: ", ")))
    """
}
