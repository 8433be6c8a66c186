import Provisioning

extension PostgreSQLRecordReader: SealedRecordReader {
  package func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord] { [] }

  package func sealedSize() async throws(JournalError) -> Int64 { 0 }
}
