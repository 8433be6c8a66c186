import JSON
import Provisioning
import Testing

@testable import Cognito

@Suite struct DescribeUserPoolTests {
  @Test(
    arguments: [
      (#"{"UserPool":{}}"#, .ordinary),
      (
        #"{"UserPool":{"Id":"x","UsernameAttributes":["email","phone_number"],"AliasAttributes":null,"#
          + #""Policies":{"PasswordPolicy":{"MinimumLength":64,"RequireSymbols":true},"#
          + #""SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},"SchemaAttributes":[{}]},"x":1}"#,
        UserPoolDescription(
          usernameAttributes: [.email, .phoneNumber], minimumPasswordLength: 64)
      ),
      (
        #"{"UserPool":{"AliasAttributes":["preferred_username","email","new"],"Policies":null}}"#,
        UserPoolDescription(aliasAttributes: [.email])
      ),
    ] as [(String, UserPoolDescription)])
  func theResponseIsRead(body: String, expected: UserPoolDescription) throws {
    #expect(try DescribeUserPool.response(Array(body.utf8)) == expected)
  }

  @Test(arguments: [
    "", "{}", "[]", "null", #"{"UserPool":null}"#, #"{"UserPool":[]}"#, #"{"UserPool":{}}x"#,
    #"{"UserPool":{"UsernameAttributes":"email"}}"#, #"{"UserPool":{"AliasAttributes":[1]}}"#,
    #"{"UserPool":{"Policies":{"PasswordPolicy":{"MinimumLength":"64"}}}}"#,
    #"{"UserPool":{"Policies":{"PasswordPolicy":{"MinimumLength":1e99}}}}"#, #"{"UserPool":{"#,
  ])
  func anythingElseIsAnError(body: String) {
    #expect(throws: JSONError.self) { try DescribeUserPool.response(Array(body.utf8)) }
  }

  @Test func theCallIsMadeAndItsFailureTold() async throws {
    let (answers, requests) = try await DirectoryScene.with(
      script: { _, number in
        switch number {
        case 1:
          [.send(ScriptedServer.answer(body: #"{"UserPool":{"UsernameAttributes":["email"]}}"#))]
        case 2: [.send(ScriptedServer.error("AccessDeniedException"))]
        default: [.send(ScriptedServer.answer(body: "{}"))]
        }
      }
    ) { scene in
      var answers: [Result<UserPoolDescription, DirectoryFailure>] = []
      for _ in 0..<3 { answers.append(await scene.directory.describe(Fixtures.pool)) }
      return (answers, scene.server.requests)
    }
    #expect(try answers[0].get() == UserPoolDescription(usernameAttributes: [.email]))
    for (answer, kind) in [
      (answers[1], DirectoryFailure.Kind.accessDenied), (answers[2], .answerMalformed),
    ] {
      let failure = #expect(throws: DirectoryFailure.self) { try answer.get() }
      #expect(failure?.kind == kind)
    }
    #expect(requests[0].text == #"{"UserPoolId":"us-east-1_EXAMPLE"}"#)
    #expect(
      requests[0].header("x-amz-target") == "AWSCognitoIdentityProviderService.DescribeUserPool")
  }
}
