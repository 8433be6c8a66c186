import JSON
import Testing

@testable import Cognito
@testable import Provisioning

@Suite struct AdminCreateUserRequestTests {
  func request(_ specification: UserSpecification) -> String {
    String(decoding: AdminCreateUser.request(specification), as: UTF8.self)
  }

  @Test func whatSaysNothingIsLeftOut() {
    #expect(
      request(Fixtures.specification())
        == #"{"UserPoolId":"us-east-1_EXAMPLE","Username":"alice"}"#)
  }

  @Test func everyMemberIsWritten() {
    let specification = UserSpecification(
      pool: Fixtures.pool, username: "alice",
      userAttributes: [.init(name: "email", value: "a@b.c"), .init(name: "name", value: "")],
      validationData: [.init(name: "k", value: "v")], temporaryPassword: Sensitive("P4ss!"),
      forceAliasCreation: true, messageAction: .suppress, desiredDeliveryMediums: [.sms, .email],
      clientMetadata: [.init(key: "b\"", value: "1"), .init(key: "a", value: "2")])
    let expected =
      #"{"UserPoolId":"us-east-1_EXAMPLE","Username":"alice","#
      + #""UserAttributes":[{"Name":"email","Value":"a@b.c"},{"Name":"name","Value":""}],"#
      + #""ValidationData":[{"Name":"k","Value":"v"}],"TemporaryPassword":"P4ss!","#
      + #""ForceAliasCreation":true,"MessageAction":"SUPPRESS","#
      + #""DesiredDeliveryMediums":["SMS","EMAIL"],"ClientMetadata":{"b\"":"1","a":"2"}}"#
    #expect(request(specification) == expected)
  }

  @Test func aResendSaysSo() {
    #expect(request(Fixtures.specification(messageAction: .resend)).contains(#""RESEND""#))
  }

  @Test func anEmptyPasswordIsLeftToTheService() {
    let specification = UserSpecification(
      pool: Fixtures.pool, username: "alice", temporaryPassword: Sensitive(""))
    #expect(!request(specification).contains("TemporaryPassword"))
  }
}

@Suite struct AdminCreateUserResponseTests {
  func user(_ json: String) throws(JSONError) -> User {
    try AdminCreateUser.response(Array(json.utf8), pool: Fixtures.pool)
  }

  @Test func readsEveryMember() throws {
    let read = try user(
      """
      {"User": {"Username": "alice", "Attributes": [{"Name":"email","Value":"a@b.c"},
       {"Name":"sub","Value":"4564b3e5"}], "UserCreateDate": 1795239351.916,
       "UserLastModifiedDate": 1.795239352E9, "Enabled": false,
       "UserStatus": "FORCE_CHANGE_PASSWORD",
       "MFAOptions": [{"DeliveryMedium":"SMS","AttributeName":"phone_number"}]}}
      """)
    let expected = User(
      username: "alice",
      attributes: [
        .init(name: "email", value: "a@b.c"), .init(name: "sub", value: "4564b3e5"),
      ],
      createTime: Timestamp(seconds: 1_795_239_351, nanoseconds: 916_000_000),
      lastModifiedTime: Timestamp(seconds: 1_795_239_352), enabled: false,
      status: .forceChangePassword,
      mfaOptions: [.init(deliveryMedium: "SMS", attributeName: "phone_number")],
      pool: Fixtures.pool)
    #expect(read == expected)
    #expect(read.sub == "4564b3e5")
  }

  @Test func toleratesWhatItDoesNotKnow() throws {
    let read = try user(
      """
      {"Extra":[1,{"User":{}}],"User":{"New":{"a":[null,true]},"Username":"alice",
      "UserStatus":"LATER","Attributes":[{"Name":"a","Kind":1},{"Value":"b"}],"Enabled":null},
      "Z":1}
      """)
    #expect(read.status == .unknown)
    #expect(read.enabled)
    #expect(read.createTime == nil)
    #expect(
      read.attributes == [.init(name: "a", value: ""), .init(name: "", value: "b")])
  }

  @Test(arguments: [
    "", "{}", "[]", "null", "<html></html>", #"{"User":null}"#, #"{"User":{}}"#,
    #"{"User":{"Username":null}}"#, #"{"User":{"Username":1}}"#,
    #"{"User":{"Username":"a"}"#, #"{"User":{"Username":"a"}} x"#,
    #"{"User":{"Username":"a","UserCreateDate":"yesterday"}}"#,
    #"{"User":{"Username":"a","UserCreateDate":1e99}}"#,
    #"{"User":{"Username":"a","Attributes":{}}}"#,
  ])
  func refuses(_ json: String) {
    #expect(throws: JSONError.self) { try user(json) }
  }
}

@Suite struct AdminGetUserTests {
  @Test func request() {
    #expect(
      String(
        decoding: AdminGetUser.request(pool: Fixtures.pool, username: "a\"b"), as: UTF8.self)
        == #"{"UserPoolId":"us-east-1_EXAMPLE","Username":"a\"b"}"#)
  }

  @Test func response() throws {
    let json =
      #"{"Username":"alice","UserStatus":"CONFIRMED","#
      + #""UserAttributes":[{"Name":"sub","Value":"s"}]}"#
    let user = try AdminGetUser.response(Array(json.utf8), pool: Fixtures.pool)
    #expect(user.sub == "s")
    #expect(user.status == .confirmed)
  }
}
