/// The tables of a journal in PostgreSQL. The columns are those of SQLite's.
enum PostgreSQLSchema {
  /// The schema that this release reads and writes.
  static let version = 2

  enum MetaKey {
    static let schemaVersion = "schema_version"
    static let upstream = "upstream"
    /// The name of the journal in its checkpoints.
    static let origin = "origin"
  }

  static let tables = [
    "meta", "audit_record", "creation", "write_probe", "tree_head", "tree_node",
  ]

  /// Append-only: whoever may do so by its rights is still refused by the triggers. The numbers
  /// `seq` are given in the order of the inserts, and rows become visible in that of the commits: a
  /// record's place is `tree_index`, which it gets once, with its time in that order, when the tree
  /// grows by it.
  private static let records = """
    CREATE TABLE audit_record (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tree_index bigint UNIQUE,
      hlc_us bigint,
      event_id bytea NOT NULL UNIQUE CHECK (octet_length(event_id) = 16),
      kind text NOT NULL,
      wall_us bigint NOT NULL,
      creation_id bytea CHECK (octet_length(creation_id) = 16),
      request_id text NOT NULL,
      organization text NOT NULL,
      caller_id text NOT NULL,
      user_hash text,
      user_key bigint,
      record bytea,
      leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
    );
    CREATE INDEX audit_record_creation ON audit_record (creation_id, seq)
      WHERE creation_id IS NOT NULL;
    CREATE INDEX audit_record_request ON audit_record (request_id, seq) WHERE request_id <> '';
    CREATE INDEX audit_record_time ON audit_record (wall_us, seq);
    CREATE INDEX audit_record_organization ON audit_record (organization, wall_us, seq);
    CREATE INDEX audit_record_caller ON audit_record (caller_id, wall_us, seq);
    CREATE INDEX audit_record_user ON audit_record (substr(user_hash, 1, 16), wall_us, seq)
      WHERE user_hash IS NOT NULL;
    CREATE INDEX audit_record_kind ON audit_record (kind, wall_us, seq)
      WHERE kind <> 'created' AND kind <> 'intended';
    CREATE INDEX audit_record_unsealed ON audit_record (seq) WHERE tree_index IS NULL;
    CREATE INDEX audit_record_expired ON audit_record (tree_index) WHERE record IS NULL;

    CREATE FUNCTION audit_record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'audit_record is append-only' USING ERRCODE = 'check_violation';
    END
    $$;
    CREATE TRIGGER audit_record_append_only BEFORE DELETE OR TRUNCATE ON audit_record
      FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse();

    CREATE FUNCTION audit_record_seal() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      sealed audit_record := OLD;
      expired audit_record := OLD;
    BEGIN
      IF OLD.tree_index IS NULL THEN
        sealed.tree_index := NEW.tree_index;
        sealed.hlc_us := NEW.hlc_us;
        IF sealed IS NOT DISTINCT FROM NEW THEN
          RETURN NEW;
        END IF;
      ELSIF OLD.wall_us < (extract(epoch FROM now())::bigint - \(leastAge)) * 1000000 THEN
        \(expiry)
        IF expired IS NOT DISTINCT FROM NEW THEN
          RETURN NEW;
        END IF;
      END IF;
      RAISE EXCEPTION 'audit_record is append-only' USING ERRCODE = 'check_violation';
    END
    $$;
    CREATE TRIGGER audit_record_seal_only BEFORE UPDATE ON audit_record
      FOR EACH ROW EXECUTE FUNCTION audit_record_seal();
    """

  /// A record that is a week old at least loses its body and what it is looked up by.
  private static let expiry = JournalRecord.expired.map { "expired.\($0.column) := \($0.value);" }
    .joined(separator: " ")

  /// In seconds.
  private static let leastAge = RecordRetention.leastAge.components.seconds

  /// The tree over the records, see ``TreeHead`` and ``TreeNode``.
  private static let tree = """
    CREATE TABLE tree_head (
      id bigint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
      tree_size bigint NOT NULL,
      root_hash bytea NOT NULL CHECK (octet_length(root_hash) = 32),
      frontier bytea NOT NULL,
      hlc_us bigint NOT NULL,
      note text NOT NULL
    );
    CREATE TABLE tree_node (
      level bigint NOT NULL,
      position bigint NOT NULL,
      hash bytea NOT NULL CHECK (octet_length(hash) = 32),
      PRIMARY KEY (level, position)
    );
    """

  /// As in SQLite: one creation in flight for each name in a pool.
  private static let creations = """
    CREATE TABLE creation (
      caller_id text NOT NULL,
      request_id text NOT NULL,
      creation_id bytea NOT NULL UNIQUE CHECK (octet_length(creation_id) = 16),
      fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
      organization text NOT NULL,
      pool_id text NOT NULL,
      user_hash bytea NOT NULL CHECK (octet_length(user_hash) = 32),
      email_hash bytea CHECK (octet_length(email_hash) = 32),
      phone_hash bytea CHECK (octet_length(phone_hash) = 32),
      state text NOT NULL,
      attempt bigint NOT NULL,
      fence bigint NOT NULL,
      lease_end bigint NOT NULL,
      create_time bigint NOT NULL,
      update_time bigint NOT NULL,
      attempt_time bigint NOT NULL,
      evidence_start bigint NOT NULL,
      send_end bigint,
      evidence text,
      operator_verdict text,
      seal_key bigint NOT NULL,
      sealed_intent bytea NOT NULL,
      sealed_answer bytea,
      PRIMARY KEY (caller_id, request_id)
    );
    CREATE UNIQUE INDEX creation_user ON creation (pool_id, user_hash)
      WHERE state IN ('INTENT', 'UNKNOWN');
    CREATE UNIQUE INDEX creation_email ON creation (pool_id, email_hash)
      WHERE email_hash IS NOT NULL AND state IN ('INTENT', 'UNKNOWN');
    CREATE UNIQUE INDEX creation_phone ON creation (pool_id, phone_hash)
      WHERE phone_hash IS NOT NULL AND state IN ('INTENT', 'UNKNOWN');
    CREATE INDEX creation_open ON creation (lease_end)
      WHERE state IN ('INTENT', 'UNKNOWN', 'UNRESOLVED');
    CREATE INDEX creation_settled ON creation (update_time)
      WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED');
    """

  /// Everything that a new journal has, in one transaction.
  static let statements = """
    BEGIN;
    CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);
    \(records)
    \(tree)
    \(creations)
    CREATE TABLE write_probe (probed_at timestamptz NOT NULL);
    INSERT INTO write_probe VALUES (now());
    INSERT INTO meta VALUES ('\(MetaKey.schemaVersion)', '\(version)');
    COMMIT;
    """

  /// What the service's role may do, and no more.
  static let rights: [(table: String, rights: [String])] = [
    ("meta", ["SELECT", "INSERT"]),
    ("audit_record", ["SELECT", "INSERT"]),
    ("creation", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("write_probe", ["SELECT", "UPDATE"]),
    ("tree_head", ["SELECT", "INSERT", "UPDATE"]),
    ("tree_node", ["SELECT", "INSERT"]),
  ]
  /// The columns of `audit_record` that change: those that a record gets when the tree grows by it,
  /// and those that it loses when its time is over.
  static let changingColumns = ["tree_index", "hlc_us"] + JournalRecord.expired.map(\.column)

  static func grants(to role: String) -> [String] {
    let name = "\"" + role.replacing("\"", with: "\"\"") + "\""
    let columns = changingColumns.joined(separator: ", ")
    return rights.map { "GRANT \($0.rights.joined(separator: ", ")) ON \($0.table) TO \(name);" }
      + ["GRANT UPDATE (\(columns)) ON audit_record TO \(name);"]
  }

  /// `$1, $2, …`
  static func parameters(_ count: Int, from first: Int = 1) -> String {
    (first..<first + count).map { "$\($0)" }.joined(separator: ", ")
  }
}
