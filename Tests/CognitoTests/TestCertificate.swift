import NIOSSL

/// A certificate for `localhost` that signs itself, good from 2020 to 2120, and its key: made for
/// these tests, trusted by nobody else.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBTjCB9KADAgECAgEBMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD3Byb3Zpc2lv
    bmQgdGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGjEYMBYG
    A1UEAwwPcHJvdmlzaW9uZCB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
    1YaSzTOpQMXDRfnlP0jhyogvHgLR8sJ6izLRn4UClR7q7qFQMzbbbADL616PZzdb
    2U34UwfGiDMNudOK0F/xCKMpMCcwFAYDVR0RBA0wC4IJbG9jYWxob3N0MA8GA1Ud
    EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAMadS7EyKD6dcV7+V1anE2lz
    limcP6XipzsEKFKdjKVYAiEAgi4WBfC5nLbtn0Vgl8YO53BhUTGJ/GQ5+wOcPImE
    SoE=
    -----END CERTIFICATE-----
    """

  static let privateKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8IXugnHnJJ9Iy46D
    i5U3CvTg31dcjTEdev2wjOYx+lChRANCAATVhpLNM6lAxcNF+eU/SOHKiC8eAtHy
    wnqLMtGfhQKVHuruoVAzNttsAMvrXo9nN1vZTfhTB8aIMw2504rQX/EI
    -----END PRIVATE KEY-----
    """

  static func serverContext() throws -> NIOSSLContext {
    try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map {
          .certificate($0)
        },
        privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(privateKey.utf8), format: .pem))))
  }
}
