package import NIOCore

/// Runs tasks on one event loop, so that a call that prefers this executor stays on the thread of
/// its connection and pays for no thread switch (SE-0417).
package final class EventLoopExecutor: TaskExecutor {
  package let eventLoop: any EventLoop

  package init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute {
      unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
    }
  }
}
