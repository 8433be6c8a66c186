import SigV4
import Testing

@Suite struct AWSCredentialsTests {
  @Test func printsNoPartOfItself() {
    let credentials = AWSCredentials(
      accessKeyID: "AKIDPLANTED", secretAccessKey: "SECRETPLANTED", sessionToken: "TOKENPLANTED")
    var dumped = ""
    dump(credentials, to: &dumped)
    let optional: AWSCredentials? = credentials
    for text in ["\(credentials)", String(reflecting: credentials), dumped, "\([optional])"] {
      #expect(!text.contains("PLANTED"))
    }
  }
}
