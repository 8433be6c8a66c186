import Journal
import Provisioning

extension ServerJournal {
  /// What has been written, in Prometheus' text format.
  var exposition: String {
    let statistics = statistics
    var text = PrometheusText()
    text.header("provisiond_journal_records_total", "counter", "Records made durable.")
    text.sample("provisiond_journal_records_total", [], statistics.records)
    text.header("provisiond_journal_transactions_total", "counter", "Commits, each with an fsync.")
    text.sample("provisiond_journal_transactions_total", [], statistics.transactions)
    text.header("provisiond_journal_commit_seconds", "summary", "How long commits took.")
    text.sample(
      "provisiond_journal_commit_seconds_sum", [],
      Double(statistics.commitTime.microseconds) / 1_000_000)
    text.sample("provisiond_journal_commit_seconds_count", [], statistics.transactions)
    text.header("provisiond_journal_group_entries", "summary", "What was in one commit.")
    text.sample("provisiond_journal_group_entries_sum", [], statistics.entries)
    text.sample("provisiond_journal_group_entries_count", [], statistics.transactions)
    text.header(
      "provisiond_journal_dropped_notices_total", "counter",
      "Records of denials and readings that found no room.")
    text.sample("provisiond_journal_dropped_notices_total", [], statistics.droppedNotices)
    text.header("provisiond_journal_waiting", "gauge", "Records that are not durable yet.")
    text.sample("provisiond_journal_waiting", [], statistics.waiting)
    return text.description
  }

  var readiness: Readiness.Check {
    Readiness.Check(
      name: "journal", passes: statistics.isAdmitting,
      detail: statistics.isAdmitting ? "takes records" : "refuses records")
  }
}
