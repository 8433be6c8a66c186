import GRPC

extension MethodDescriptor {
  static let count = MethodDescriptor(service: "test.Stream", method: "Count")
  static let total = MethodDescriptor(service: "test.Stream", method: "Total")
  static let chat = MethodDescriptor(service: "test.Stream", method: "Chat")
  static let flood = MethodDescriptor(service: "test.Stream", method: "Flood")
  static let sleep = MethodDescriptor(service: "test.Stream", method: "Sleep")
}

/// What a handler tells a test.
typealias Notes = AsyncStream<String>.Continuation

extension RPCRouter {
  /// A method of each streaming kind, beside `echo`.
  static func streaming(_ notes: Notes? = nil) -> RPCRouter {
    var router = RPCRouter.echoing
    // Sends each byte of its request as a message.
    router.registerServerStreaming(.count) {
      (request: ServerRequest<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      for byte in request.message.bytes { try await writer.write(Echo([byte])) }
      return ["x-trailer": "t"]
    }
    // Answers with the number of messages and of bytes.
    router.registerClientStreaming(.total) { (requests: RPCMessages<Echo>, _: ServerContext) in
      var counts = (messages: 0, bytes: 0)
      for try await request in requests {
        counts.messages += 1
        counts.bytes += request.bytes.count
      }
      return ServerResponse(message: Echo(Array("\(counts.messages) \(counts.bytes)".utf8)))
    }
    // Sends back each message as it comes; a message that begins with 1 ends the call.
    router.registerBidirectionalStreaming(.chat) {
      (requests: RPCMessages<Echo>, context: ServerContext, writer: RPCWriter<Echo>) in
      notes?.yield("began")
      do {
        for try await request in requests {
          try await writer.write(request)
          if request.bytes.first == 1 { break }
        }
      } catch {
        notes?.yield("\(type(of: error))")
        throw error
      }
      notes?.yield("ended")
      return Metadata()
    }
    // Writes 1 KiB messages until it is stopped, and tells how many.
    router.registerServerStreaming(.flood) {
      (request: ServerRequest<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      var count = 0
      do {
        while true {
          try await writer.write(Echo(Array(repeating: 7, count: 1024)))
          count += 1
        }
      } catch {
        notes?.yield("wrote \(count)")
        throw error
      }
    }
    // Sends its headers and then waits.
    router.registerServerStreaming(.sleep) {
      (request: ServerRequest<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      try await writer.send(metadata: ["x-early": "1"])
      notes?.yield("began")
      do {
        try await Task.sleep(for: .seconds(3600))
      } catch {
        notes?.yield("cancelled")
        throw error
      }
      return Metadata()
    }
    return router
  }
}
