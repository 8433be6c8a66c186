import ServiceLifecycle
import Yams
import NIOHTTP1
import NIOPosix
import Crypto
import Logging
