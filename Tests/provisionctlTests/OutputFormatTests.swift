import Foundation
import Messages
import Testing

@testable import provisionctl

@Suite struct OutputFormatTests {
  private let value = OutputValue.fields([
    "name": .text("a\"b\n\u{1B}[31m"),
    "empty": OutputValue.optional(""),
    "count": .integer(3),
    "enabled": .boolean(true),
    "text_true": .text("true"),
    "list": .list([.text("x"), .fields(["y": .text("z")])]),
    "none": .list([]),
  ])

  @Test func json() {
    #expect(
      OutputFormat.json.render(value) == """
        {
          "name": "a\\"b\\n\\u001b[31m",
          "count": 3,
          "enabled": true,
          "text_true": "true",
          "list": [
            "x",
            {
              "y": "z"
            }
          ],
          "none": []
        }
        """)
  }

  @Test func yaml() {
    #expect(
      OutputFormat.yaml.render(value) == """
        name: "a\\"b\\n\\e[31m"
        count: 3
        enabled: true
        text_true: 'true'
        list:
        - x
        - y: z
        none: []
        """)
  }

  @Test func text() {
    #expect(
      OutputFormat.text.render(value) == """
        name\ta\\"b\\n\\u001b[31m
        count\t3
        enabled\ttrue
        text_true\ttrue
        list[0]\tx
        list[1].y\tz
        """)
  }

  @Test func tableOfAnObject() {
    #expect(
      OutputFormat.table.render(.fields(["a": .text("1"), "long_name": .text("2")])) == """
        field      value
        ---------  -----
        a          1
        long_name  2
        """)
  }

  @Test func tableOfEvents() {
    let events = OutputValue.fields([
      "events": .list([
        .fields(["event_id": .text("1"), "kind": .text("CREATED")]),
        .fields(["event_id": .text("22"), "reason": .text("POLICY_FORBIDS")]),
      ])
    ])
    #expect(
      OutputFormat.table.render(events) == """
        kind     reason          event_id
        -------  --------------  --------
        CREATED                  1
                 POLICY_FORBIDS  22
        """)
  }

  @Test func tableOfEventsThatComeOneByOne() {
    let event = OutputValue.fields([
      "event_id": .text("1"), "kind": .text("CREATED"), "event_time": .text("T"),
      "policy_decisions": .list([]),
    ])
    let row = TableOutput.eventRow(event)
    let header = TableOutput.eventHeader.split(separator: "\n")
    #expect(header.count == 2 && header[0].hasPrefix("event_time"))
    #expect(row.hasPrefix("T   ") && row.hasSuffix("1"))
    for (name, cell) in [("kind", "CREATED"), ("event_id", "1")] {
      let column = header[0].range(of: name)?.lowerBound.utf16Offset(in: header[0])
      #expect(column == row.range(of: cell)?.lowerBound.utf16Offset(in: row))
    }
  }

  @Test func oneLine() {
    #expect(
      JSONOutput.line(value) == """
        {"name":"a\\"b\\n\\u001b[31m","count":3,"enabled":true,"text_true":"true",\
        "list":["x",{"y":"z"}],"none":[]}
        """)
  }

  @Test(arguments: [
    ("2027-01-15T08:00:00Z", 1_800_000_000, 0),
    ("2027-01-15T08:00:00.25Z", 1_800_000_000, 250_000_000),
    ("2027-01-15T09:00:00+01:00", 1_800_000_000, 0), ("90s", 1_799_999_910, 0),
    ("15m", 1_799_999_100, 0), ("24h", 1_799_913_600, 0), ("7d", 1_799_395_200, 0),
  ])
  func times(text: String, seconds: Int64, nanos: Int32) {
    let time = TimeArgument(text, now: Date(timeIntervalSince1970: 1_800_000_000))?.timestamp
    #expect(time?.seconds == seconds && time?.nanos == nanos)
  }

  @Test(arguments: ["", "yesterday", "5", "-5m", "5w", "4294967295d", "2027-01-15"])
  func noTimes(text: String) {
    #expect(TimeArgument(argument: text) == nil)
  }

  @Test func kindsOfEvents() {
    #expect(AuditKindArgument(argument: "in_doubt")?.value == .inDoubt)
    #expect(AuditKindArgument(argument: "AUDIT_EXPORTED")?.value == .auditExported)
    #expect(AuditKindArgument(argument: "UNSPECIFIED") == nil)
    #expect(AuditKindArgument(argument: "nothing") == nil)
  }
}
