// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is compiled under the same rules: Swift 6 language mode, strict memory
/// safety (each unsafe use is a visible word), and no warning left standing.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

extension Target.Dependency {
  static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
  static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
  static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
  static let nioEmbedded: Self = .product(name: "NIOEmbedded", package: "swift-nio")
  static let nioSSL: Self = .product(name: "NIOSSL", package: "swift-nio-ssl")
  static let nioTLS: Self = .product(name: "NIOTLS", package: "swift-nio")
  static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
  static let cryptoExtras: Self = .product(name: "CryptoExtras", package: "swift-crypto")
  static let asn1: Self = .product(name: "SwiftASN1", package: "swift-asn1")
  static let x509: Self = .product(name: "X509", package: "swift-certificates")
  static let logging: Self = .product(name: "Logging", package: "swift-log")
  static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
  static let sqlite: Self = .product(name: "GRDBSQLite", package: "GRDB.swift")
  static let yams: Self = .product(name: "Yams", package: "Yams")
  static let serviceLifecycle: Self = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let unixSignals: Self = .product(
    name: "UnixSignals", package: "swift-service-lifecycle")
  static let argumentParser: Self = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
}

/// Under the rules of the rooms an async function runs where its caller runs: a call changes no
/// executor on its way.
let onTheCallersExecutor: [SwiftSetting] =
  strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

/// A room: one target of Swift under the strict rules.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: onTheCallersExecutor)
}

/// How a release of a program is linked: by the linker of the toolchain; without the names of its
/// functions, which no library asks it for, and so without the functions that only a name kept; and
/// with its relocations packed (DT_RELR, of glibc 2.36), so that a start reads 28 kB of them and not
/// 3 MB. It takes 10 MB less memory.
let linkedToStart: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-use-ld=lld", "-Xlinker", "--no-export-dynamic",
      "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
    ], .when(platforms: [.linux], configuration: .release))
]

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "provisiond",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "provisiond", targets: ["provisiond"]),
    .executable(name: "provisionctl", targets: ["provisionctl"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
  ],
  targets: [
    // System libraries: one C library, one room.
    .systemLibrary(
      name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CGlibc"),

    // The conversation with callers.
    .target(name: "CMessages", dependencies: ["CProtobufC"]),
    room("HTTP2", ["CNghttp2", .nioCore, .nioPosix, .nioSSL, .nioTLS, .logging]),
    room("GRPC", ["HTTP2", "CZlib", .nioCore, .logging]),
    room("Messages", ["CMessages", "CProtobufC"]),

    // The domain: imports nothing of ours.
    room("Provisioning", []),

    // The conversations with the outside.
    room("Text", []),
    room("JSON", ["Text"]),
    room("SigV4", ["Text", .crypto]),
    room(
      "Cognito",
      [
        "JSON", "Provisioning", "SigV4", "Text", .nioCore, .nioPosix, .nioSSL, .nioTLS, .logging,
      ]),
    room("CognitoSandbox", ["JSON", "SigV4", "Text", .nioCore, .nioPosix, .nioHTTP1, .logging]),
    room(
      "Journal",
      ["CLibPQ", "CSQLite", "JSON", "Provisioning", "Text", .grdb, .sqlite, .crypto, .logging]),

    // Composition and commands.
    room("ProcessPrivacy", ["CGlibc"]),
    room(
      "Server",
      [
        "CGlibc", "Cognito", "CognitoSandbox", "GRPC", "HTTP2", "JSON", "Journal", "Messages",
        "Provisioning", "SigV4", "Text", .asn1, .crypto, .cryptoExtras, .nioCore, .nioPosix,
        .nioHTTP1,
        .nioSSL, .logging, .serviceLifecycle, .unixSignals, .x509, .yams,
      ]),
    .executableTarget(
      name: "provisiond", dependencies: ["ProcessPrivacy", "Server", .argumentParser],
      swiftSettings: strict, linkerSettings: linkedToStart),
    .executableTarget(
      name: "provisionctl",
      dependencies: ["GRPC", "Messages", "ProcessPrivacy", .nioPosix, .argumentParser, .yams],
      swiftSettings: strict, linkerSettings: linkedToStart),

    // Runs creations against a world of its own, from a seed.
    .target(
      name: "CreationSimulator", dependencies: ["Provisioning"], path: "Tests/Simulator/Simulation",
      swiftSettings: strict),
    .executableTarget(
      name: "simulate", dependencies: ["CreationSimulator"], path: "Tests/Simulator/Command",
      swiftSettings: strict),

    // The standard test services on our GRPC room, for other people's conformance runners.
    .target(
      name: "CConformanceMessages", dependencies: ["CProtobufC"],
      path: "Tests/ConformanceServer/CConformanceMessages"),
    .executableTarget(
      name: "conformance-server",
      dependencies: [
        "CConformanceMessages", "CProtobufC", "GRPC", "HTTP2", .nioCore, .nioPosix, .logging,
        .argumentParser,
      ],
      path: "Tests/ConformanceServer", exclude: ["CConformanceMessages", "proto"],
      swiftSettings: strict),

    // Prints proofs of the journal's tree, for a verifier of another maker.
    .executableTarget(
      name: "tree-proofs", dependencies: ["Journal"], path: "Tests/TreeProofs",
      swiftSettings: strict),

    // Readers of foreign bytes, each with what has to hold for every input: for libFuzzer, and for the
    // inputs that are kept.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Cognito", "GRPC", "HTTP2", "Journal", "JSON", "Messages", "Provisioning", "Server",
        "SigV4",
        .nioCore,
      ],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets", "GRPC", "Messages", "Provisioning", "Server"],
      path: "Tests/Fuzz/Command", swiftSettings: strict),

    // The service on a journal that keeps nothing, for the benchmark alone: the goals of speed are
    // stated without the journal.
    .executableTarget(
      name: "unjournaled-provisiond",
      dependencies: ["Journal", "Provisioning", "Server", .logging],
      path: "Tests/Benchmarks/Unjournaled", swiftSettings: onTheCallersExecutor,
      linkerSettings: linkedToStart),
    // Fills a journal, for the benchmark of reading it.
    .executableTarget(
      name: "journal-records", dependencies: ["Journal", "Provisioning", .logging],
      path: "Tests/Benchmarks/Records", swiftSettings: onTheCallersExecutor),
    // The user pool of the soak, in a process of its own.
    .executableTarget(
      name: "soak-sandbox", dependencies: ["CognitoSandbox", .logging, .nioCore, .nioPosix],
      path: "Tests/Soak/Sandbox", swiftSettings: strict),
    // What one evaluation of a policy costs.
    .executableTarget(
      name: "policy-evaluation", dependencies: ["Provisioning", "Server"],
      path: "Tests/Benchmarks/Evaluation", swiftSettings: strict),

    tests(of: "HTTP2", [.nioCore, .nioEmbedded, .nioPosix, .nioSSL]),
    tests(of: "GRPC", ["HTTP2", .nioCore, .nioPosix]),
    tests(of: "Messages"),
    tests(of: "Provisioning", ["CreationSimulator"]),
    tests(of: "Text"),
    tests(of: "JSON"),
    tests(of: "SigV4"),
    tests(
      of: "Cognito",
      ["JSON", "Provisioning", "SigV4", .nioCore, .nioPosix, .nioSSL, .logging]),
    tests(of: "CognitoSandbox", ["SigV4", .nioCore, .nioPosix, .logging]),
    tests(of: "Journal", ["Provisioning", .grdb]),
    tests(
      of: "Server",
      [
        "GRPC", "Journal", "Provisioning", .asn1, .crypto, .cryptoExtras, .logging, .nioCore,
        .nioPosix, .x509, .yams,
      ]),
    tests(of: "provisionctl", ["Messages"]),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Tests",
      swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ]
)
