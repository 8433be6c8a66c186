import Testing

@testable import Provisioning

@Suite("Validation against the API's model")
struct RequestValidationTests {
  private func fields(_ request: UserRequest) -> [String] {
    RequestValidation.violations(of: request).map(\.field)
  }

  /// One code point of every general category, and whether `[\p{L}\p{M}\p{S}\p{N}\p{P}]` holds it.
  static let categories: [(Unicode.Scalar, Bool)] = [
    ("A", true), ("a", true), ("\u{01C5}", true), ("\u{02B0}", true), ("\u{4E2D}", true),
    ("\u{0301}", true), ("\u{0903}", true), ("\u{20DD}", true),
    ("+", true), ("\u{20AC}", true), ("^", true), ("\u{1F600}", true),
    ("7", true), ("\u{2167}", true), ("\u{00BD}", true),
    ("_", true), ("-", true), ("(", true), (")", true), ("\u{00AB}", true), ("\u{00BB}", true),
    ("!", true), ("~", true),
    (" ", false), ("\u{00A0}", false), ("\u{3000}", false), ("\u{2028}", false),
    ("\u{2029}", false), ("\t", false), ("\n", false), ("\u{0}", false), ("\u{7F}", false),
    ("\u{85}", false), ("\u{200B}", false), ("\u{FEFF}", false), ("\u{E000}", false),
    ("\u{0378}", false), ("\u{10FFFF}", false),
  ]

  @Test("User names, by general category", arguments: categories)
  func generalCategories(_ scalar: Unicode.Scalar, _ isVisible: Bool) {
    let name = "x" + String(Character(scalar))
    #expect(fields(makeRequest { $0.username = name }) == (isVisible ? [] : ["username"]))
    #expect(
      AttributeName.isValid("custom:\(name)y")
        == (isVisible || " \t\n\r".unicodeScalars.contains(scalar)))
  }

  struct TextCase: Sendable {
    var text: String
    var isValid: Bool
    init(_ text: String, _ isValid: Bool) { (self.text, self.isValid) = (text, isValid) }
  }

  /// Two bytes and one code point; decomposed it is two code points.
  static let e = "\u{E9}"

  @Test(
    "User names: 1 to 128 code points",
    arguments: [
      TextCase("", false), TextCase("a", true), TextCase(String(repeating: "a", count: 128), true),
      TextCase(String(repeating: "a", count: 129), false),
      TextCase(String(repeating: e, count: 128), true),
      TextCase(String(repeating: e, count: 129), false),
      TextCase(String(repeating: "e\u{301}", count: 64), true),
      TextCase(String(repeating: "e\u{301}", count: 65), false),
      TextCase(String(repeating: "\u{1F600}", count: 128), true),
      TextCase(String(repeating: "\u{1F600}", count: 129), false),
    ])
  func usernames(_ example: TextCase) {
    let request = makeRequest { $0.username = example.text }
    #expect(fields(request) == (example.isValid ? [] : ["username"]))
  }

  @Test(
    "Attribute names",
    arguments: [
      TextCase("nickname", true), TextCase("custom:x", true), TextCase("dev:custom:x", true),
      TextCase("custom:a b", true), TextCase("custom:" + String(repeating: "a", count: 25), true),
      TextCase("custom:" + String(repeating: "a", count: 26), false),
      TextCase("custom:" + String(repeating: "\u{1F600}", count: 25), true),
      TextCase("", false), TextCase("custom:", false), TextCase("dev:custom:", false),
      TextCase("nick", false), TextCase("Email", false), TextCase("CUSTOM:x", false),
      TextCase("dev:email", false), TextCase("custom:x ", false), TextCase(" custom:x", false),
      TextCase("custom:x\n", false), TextCase("custom:a\u{0B}b", false),
      TextCase("custom:\u{0}", false), TextCase("custom:a\u{A0}b", false),
    ])
  func attributeNames(_ example: TextCase) {
    let request = makeRequest {
      $0.userAttributes.append(UserAttribute(name: example.text, value: ""))
    }
    #expect(fields(request) == (example.isValid ? [] : ["user_attributes[2].name"]))
  }

  @Test(
    "E-mail addresses",
    arguments: [
      TextCase("a@b", true), TextCase("ada.lovelace+x@mail.example.com", true),
      TextCase("用户@例子.公司", true), TextCase("\"a@b\"@example.com", true),
      TextCase(String(repeating: "l", count: 64) + "@example.com", true),
      TextCase(String(repeating: "l", count: 65) + "@example.com", false),
      TextCase("", false), TextCase("ada", false), TextCase("@example.com", false),
      TextCase("ada@", false), TextCase("a b@example.com", false), TextCase("a@b@c", false),
      TextCase("a@.example", false), TextCase("a@example.", false), TextCase("a@ex..am", false),
      TextCase("a@b\n", false), TextCase("a@\u{200B}b", false), TextCase("\"@b", false),
    ])
  func emails(_ example: TextCase) {
    let request = makeRequest { $0.userAttributes[0].value = example.text }
    #expect(fields(request) == (example.isValid ? [] : ["user_attributes[0].value"]))
  }

  @Test(
    "Phone numbers",
    arguments: [
      TextCase("+1", true), TextCase("+123456789012345", true),
      TextCase("+1234567890123456", false), TextCase("", false), TextCase("+", false),
      TextCase("0123", false), TextCase("+44 20", false), TextCase("+4420x", false),
      TextCase("++44", false), TextCase("+\u{0661}\u{0662}", false),
    ])
  func phoneNumbers(_ example: TextCase) {
    let request = makeRequest { $0.userAttributes[1].value = example.text }
    #expect(fields(request) == (example.isValid ? [] : ["user_attributes[1].value"]))
  }

  @Test(
    "Temporary passwords",
    arguments: [
      TextCase("", true), TextCase("x", true), TextCase(String(repeating: e, count: 256), true),
      TextCase(String(repeating: "x", count: 257), false), TextCase("a b", false),
      TextCase("a\tb", false), TextCase("a\u{0B}b", false), TextCase("a\u{3000}b", false),
      TextCase("a\u{0}b", true),
    ])
  func passwords(_ example: TextCase) {
    let request = makeRequest { $0.temporaryPassword = Sensitive(example.text) }
    #expect(fields(request) == (example.isValid ? [] : ["temporary_password"]))
  }

  @Test(
    "Request ids",
    arguments: [
      TextCase("", true), TextCase("00000000-0000-0000-0000-000000000000", true),
      TextCase("ABCDEF01-2345-6789-abcd-ef0123456789", true), TextCase("abc", false),
      TextCase("{bcdef01-2345-6789-abcd-ef012345678}", false),
      TextCase("abcdef0123456789abcdef0123456789", false),
      TextCase("abcdef01-2345-6789-abcd-ef0123456789 ", false),
    ])
  func requestIDs(_ example: TextCase) {
    let request = makeRequest { $0.requestID = example.text }
    #expect(fields(request) == (example.isValid ? [] : ["request_id"]))
  }

  @Test("Values, validation data and metadata have their lengths")
  func lengths() {
    let long = String(repeating: Self.e, count: 2048)
    let request = makeRequest {
      $0.userAttributes += [
        UserAttribute(name: "name", value: long),
        UserAttribute(name: "nickname", value: long + "x"),
      ]
      $0.validationData = [
        UserAttribute(name: "anything", value: long),
        UserAttribute(name: "more", value: long + "x"),
        UserAttribute(name: "", value: ""),
        UserAttribute(name: String(repeating: "n", count: 33), value: ""),
      ]
      $0.clientMetadata = [
        MetadataEntry(key: "", value: ""),
        MetadataEntry(key: "fits", value: String(repeating: "v", count: 131_072)),
        MetadataEntry(key: "not", value: String(repeating: "v", count: 131_073)),
        MetadataEntry(key: String(repeating: "k", count: 131_073), value: ""),
      ]
    }
    #expect(
      fields(request) == [
        "user_attributes[3].value", "validation_data[1].value", "validation_data[2].name",
        "validation_data[3].name", "client_metadata[2].value", "client_metadata[3].key",
      ])
  }

  @Test("Duplicates, in short lists and in long ones", arguments: [0, 5, 90])
  func duplicates(_ filler: Int) {
    let request = makeRequest { request in
      request.userAttributes += (0..<filler).map {
        UserAttribute(name: "custom:\($0)", value: "")
      }
      request.userAttributes.append(UserAttribute(name: "email", value: "b@example.com"))
      request.validationData = [
        UserAttribute(name: "x", value: "1"), UserAttribute(name: "x", value: "2"),
        UserAttribute(name: "X", value: "2"),
      ]
      request.desiredDeliveryMediums = [.value(.email), .value(.sms), .value(.email)]
    }
    #expect(
      fields(request) == [
        "user_attributes[\(filler + 2)].name", "validation_data[1].name",
        "desired_delivery_mediums[2]",
      ])
  }

  @Test("Enums that are unset in a list, or newer than we are")
  func enums() {
    let request = makeRequest {
      $0.messageAction = .unrecognized(7)
      $0.desiredDeliveryMediums = [.value(.email), .unspecified, .unrecognized(-1)]
    }
    #expect(
      RequestValidation.violations(of: request) == [
        Violation(field: "message_action", description: "SEND, SUPPRESS or RESEND"),
        Violation(field: "desired_delivery_mediums[1]", description: "SMS or EMAIL"),
        Violation(field: "desired_delivery_mediums[2]", description: "SMS or EMAIL"),
      ])
  }

  @Test("Our own caps are answered without looking further")
  func caps() throws {
    let many = (0...100).map { UserAttribute(name: "custom:\($0)", value: "") }
    let request = makeRequest {
      $0.username = ""
      $0.userAttributes = many
      $0.validationData = many
      $0.clientMetadata = many.map { MetadataEntry(key: $0.name, value: "") }
      $0.desiredDeliveryMediums = Array(repeating: .value(.email), count: 17)
    }
    let lists = [
      "username", "user_attributes", "validation_data", "desired_delivery_mediums",
      "client_metadata",
    ]
    #expect(fields(request) == lists)
    #expect(RequestValidation.isOversize(request))
    let policy = try makePolicy(company: rules { $0.attributes.forbidden = ["custom:1"] })
    let error = thrown { () throws(ProvisioningError) in try evaluate(policy, request) }
    #expect(error?.isInvalid == true && error?.fields == lists)
    let huge = makeRequest {
      $0.clientMetadata = (0..<9).map {
        MetadataEntry(key: "\($0)", value: String(repeating: "v", count: 131_072))
      }
    }
    #expect(fields(huge) == [""])
    #expect(!RequestValidation.isOversize(makeRequest { $0.userAttributes = many.dropLast() }))
  }

  @Test("A violation never holds a value of the request")
  func noValues() {
    let secret = "s3cret value"
    let request = makeRequest {
      $0.username = secret
      $0.userAttributes = [
        UserAttribute(name: secret, value: secret), UserAttribute(name: secret, value: secret),
        UserAttribute(name: "email", value: secret),
        UserAttribute(name: "phone_number", value: secret),
      ]
      $0.validationData = [UserAttribute(name: " " + secret, value: secret)]
      $0.temporaryPassword = Sensitive(secret)
      $0.clientMetadata = [
        MetadataEntry(key: secret, value: secret + String(repeating: "v", count: 131_072))
      ]
      $0.requestID = secret
    }
    let violations = RequestValidation.violations(of: request)
    #expect(violations.count == 10)
    for violation in violations {
      #expect(!"\(violation.field) \(violation.description)".contains("s3cret"))
    }
  }
}
