import GRPC
import Messages
import Testing

@testable import Server

@Suite struct ChannelzViewTests {
  private static func socket(_ id: Int64) -> GRPCChannelzV1.Socket {
    GRPCChannelzV1.Socket(ref: .init(socketID: id, name: "socket \(id)"))
  }

  private let view = ChannelzView(
    server: .init(ref: .init(serverID: 3, name: "s"), data: .init(callsStarted: 9)),
    listeners: [socket(4)], connections: [5, 7, 8, 12].map(socket))

  @Test(arguments: [
    (Int64(0), Int64(0), [Int64(5), 7, 8, 12], true),
    (0, 2, [5, 7], false),
    (8, 2, [8, 12], true),
    (6, 1, [7], false),
    (12, 1, [12], true),
    (13, 5, [], true),
    (-9, 1000, [5, 7, 8, 12], true),
    (0, .max, [5, 7, 8, 12], true),
    (.max, 0, [], true),
  ])
  func pages(start: Int64, size: Int64, expected: [Int64], isLast: Bool) throws {
    let page = try view.sockets(.init(serverID: 3, startSocketID: start, maxResults: size))
    #expect(page.socketRef.map(\.socketID) == expected)
    #expect(page.end == isLast)
  }

  @Test func aPageHasABound() throws {
    let entries = (1...250).map { Int64($0) }
    for size in [0, 101, Int64.max] {
      let page = try ChannelzView.page(entries, from: 51, size: size, id: { $0 })
      #expect(page.entries == (51...150).map { Int64($0) })
      #expect(!page.isLast)
    }
    #expect(try ChannelzView.page(entries, from: 151, size: 0, id: { $0 }).isLast)
  }

  @Test func servers() throws {
    #expect(try view.servers(.init()).server.map { $0.data?.callsStarted } == [9])
    #expect(try view.servers(.init(startServerID: 3)).server.count == 1)
    let beyond = try view.servers(.init(startServerID: 4))
    #expect(beyond.server.isEmpty && beyond.end)
    #expect(try view.server(3).ref?.name == "s")
  }

  @Test func sockets() throws {
    #expect(try view.socket(4).ref?.name == "socket 4")
    #expect(try view.socket(12).ref?.name == "socket 12")
  }

  @Test func whatIsNotThere() {
    func reason(_ code: Status.Code, _ body: () throws -> Void) -> String? {
      let error = #expect(throws: RPCError.self, performing: body)
      #expect(error?.code == code)
      return (error?.details as? ErrorDetails)?.reason
    }
    #expect(reason(.notFound) { _ = try view.server(4) } == "SERVER_NOT_FOUND")
    #expect(reason(.notFound) { _ = try view.socket(3) } == "SOCKET_NOT_FOUND")
    #expect(reason(.notFound) { _ = try view.sockets(.init(serverID: 0)) } == "SERVER_NOT_FOUND")
    for size: Int64 in [-1, .min] {
      #expect(
        reason(.invalidArgument) { _ = try view.servers(.init(maxResults: size)) }
          == "INVALID_REQUEST")
      #expect(
        reason(.invalidArgument) {
          _ = try view.sockets(.init(serverID: 3, maxResults: size))
        } == "INVALID_REQUEST")
    }
  }
}
