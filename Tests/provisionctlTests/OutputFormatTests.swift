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
        event_id  kind     reason
        --------  -------  --------------
        1         CREATED
        22                 POLICY_FORBIDS
        """)
  }
}
