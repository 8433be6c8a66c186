import Testing

@testable import Provisioning

@Suite("Values with variables")
struct ValueTemplateTests {
  private func text(_ template: String, onBehalfOf: String? = "job-7") throws -> String {
    var context = TemplateContext(
      callerID: "billing", organization: "acme",
      inputs: PolicyInputs(creationID: creationID, requestID: "", onBehalfOf: onBehalfOf))
    return context.text(of: try ValueTemplate(template))
  }

  @Test(
    "What a template becomes",
    arguments: [
      ("", ""), ("plain", "plain"), ("$5 {x} }", "$5 {x} }"), ("${organization}", "acme"),
      ("a${organization}b${caller.id}", "aacmebbilling"), ("é${caller.id}é", "ébillingé"),
      ("${request.id}", "00000000-0000-0000-0000-000000000000"),
      ("$${organization}", "$acme"), ("${caller.on_behalf_of}", "job-7"),
    ])
  func render(_ template: String, _ expected: String) throws {
    #expect(try text(template) == expected)
  }

  @Test("Nobody on whose behalf: empty text")
  func nobody() throws {
    #expect(try text("<${caller.on_behalf_of}>", onBehalfOf: nil) == "<>")
  }

  @Test(
    "What is no template",
    arguments: [
      ("${", ValueTemplate.Flaw.unclosed), ("a ${caller.id", .unclosed),
      ("${}", .unknownVariable("")), ("${Caller.id}", .unknownVariable("Caller.id")),
      ("${today}", .unknownVariable("today")), ("${${caller.id}}", .unknownVariable("${caller.id")),
    ])
  func flaws(_ template: String, _ flaw: ValueTemplate.Flaw) {
    #expect(throws: flaw) { try ValueTemplate(template) }
  }
}
