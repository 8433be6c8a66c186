import Provisioning

extension CreationStatistics {
  /// What has become of creations, in Prometheus' text format.
  var exposition: String {
    var text = PrometheusText()
    text.header(
      "provisiond_creations_in_doubt", "gauge", "Creations whose user may exist unknown to us.")
    text.sample("provisiond_creations_in_doubt", [], inDoubt)
    text.header(
      "provisiond_creations_in_doubt_oldest_seconds", "gauge",
      "How long the oldest of them has been looked after.")
    text.sample(
      "provisiond_creations_in_doubt_oldest_seconds", [],
      Double(oldestInDoubt.microseconds) / 1_000_000)
    text.header(
      "provisiond_creations_unresolved", "gauge", "Those of them that need an operator.")
    text.sample("provisiond_creations_unresolved", [], unresolved)
    text.header(
      "provisiond_creation_verdicts_total", "counter", "Verdicts on creations in doubt.")
    let sorted = verdicts.sorted { $0.key.labels.description < $1.key.labels.description }
    for (verdict, count) in sorted {
      text.sample("provisiond_creation_verdicts_total", verdict.labels, count)
    }
    text.header(
      "provisiond_creation_replays_total", "counter", "Stored answers that were given again.")
    text.sample("provisiond_creation_replays_total", [], replays)
    text.header(
      "provisiond_creation_refusals_total", "counter", "Calls for which nothing was sent.")
    for (reason, count) in refusals.sorted(by: { $0.key < $1.key }) {
      text.sample("provisiond_creation_refusals_total", [("reason", reason)], count)
    }
    text.header(
      "provisiond_upstream_suspended", "gauge", "1 while nothing is sent, as answers are lost.")
    text.sample("provisiond_upstream_suspended", [], isSuspended ? 1 : 0)
    return text.description
  }
}

extension CreationStatistics.Verdict {
  fileprivate var labels: PrometheusText.Labels {
    [("state", state.rawValue), ("evidence", evidence?.rawValue ?? "NONE")]
  }
}
