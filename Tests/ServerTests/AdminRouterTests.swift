import Testing

@testable import Server

@Suite struct AdminRouterTests {
  private func router(journalPasses: Bool) -> AdminRouter {
    AdminRouter(
      readiness: {
        Readiness(checks: [
          .init(name: "policy", passes: true, detail: "abc"),
          .init(name: "journal", passes: journalPasses, detail: "sqlite"),
        ])
      },
      metrics: { "# HELP x\n" })
  }

  @Test(arguments: [
    ("GET", "/livez", true, 200, "ok\n"),
    ("HEAD", "/livez", true, 200, "ok\n"),
    ("GET", "/livez", false, 200, "ok\n"),
    ("GET", "/readyz", true, 200, "ok\n"),
    ("GET", "/readyz", false, 503, "not ready\n"),
    ("GET", "/readyz?verbose", true, 200, "[+] policy: abc\n[+] journal: sqlite\n"),
    ("GET", "/readyz?verbose", false, 503, "[+] policy: abc\n[-] journal: sqlite\n"),
    ("GET", "/metrics", true, 200, "# HELP x\n"),
    ("GET", "/", true, 404, "served here: /livez, /readyz, /metrics\n"),
    ("POST", "/livez", true, 405, "GET or HEAD\n"),
  ])
  func answers(method: String, uri: String, journal: Bool, status: Int, body: String) {
    let answer = router(journalPasses: journal).answer(method: method, uri: uri)
    #expect(answer.status == status)
    #expect(answer.body == body)
  }
}
