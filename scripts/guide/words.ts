/** The words of the field, as the chapters use them. */

/** One word of the field. */
export interface Word {
  readonly word: string;
  /** Other forms under which a page uses it. */
  readonly also?: readonly string[];
  readonly means: string;
  /** The number of the chapter that explains it. */
  readonly chapter: string;
}

export const WORDS: readonly Word[] = [
  {
    word: "accept",
    also: ["accepts", "accepted"],
    means:
      "To take a finished connection from the kernel’s queue. The handshake is over by then: connected is not accepted.",
    chapter: "02",
  },
  {
    word: "accept queue",
    means:
      "Where the kernel keeps finished connections until the program accepts them.",
    chapter: "02",
  },
  {
    word: "backpressure",
    means:
      "The slowness of a receiver becomes the slowness of its sender: it stops sending after a false of `write()`, until `'drain'`.",
    chapter: "07",
  },
  {
    word: "broadcast",
    means: "To send what one client says to all the others.",
    chapter: "05",
  },
  {
    word: "chunk",
    also: ["chunks"],
    means:
      "What one read gives: whatever bytes have arrived by then. In Node, the argument of a `'data'` event.",
    chapter: "04",
  },
  {
    word: "client",
    also: ["clients"],
    means: "A program that opens a connection.",
    chapter: "01",
  },
  {
    word: "drain",
    means:
      "Nothing is pending any more. Node says so with the event `'drain'`, after a `write()` that returned false.",
    chapter: "07",
  },
  {
    word: "fan-out",
    means: "The number of receivers that one message goes to.",
    chapter: "05",
  },
  {
    word: "FIN",
    means:
      "The segment that ends one direction of a connection politely: all that was sent before it arrives.",
    chapter: "06",
  },
  {
    word: "framing",
    means:
      "The agreement on where a message ends. Here: a message is a line, and a line ends with a newline.",
    chapter: "04",
  },
  {
    word: "graceful shutdown",
    means:
      "To end without loss: accept nobody any more, say so, deliver what is pending, and end.",
    chapter: "06",
  },
  {
    word: "half-closed",
    means:
      "One direction of a connection has ended with a FIN, and the other still works. Node’s `allowHalfOpen` means this.",
    chapter: "06",
  },
  {
    word: "half-open",
    means: "One side of a connection is gone, and the other has not noticed.",
    chapter: "06",
  },
  {
    word: "head-of-line blocking",
    means: "All wait because the first in the row waits.",
    chapter: "07",
  },
  {
    word: "high-water mark",
    means:
      "The number of pending bytes from which `write()` returns false. Advice, and no limit.",
    chapter: "07",
  },
  {
    word: "kernel",
    means:
      "The part of the operating system that talks to the hardware, and to which the network belongs.",
    chapter: "01",
  },
  {
    word: "leave",
    also: ["leaves"],
    means: "To be removed from the set of clients, exactly once.",
    chapter: "03",
  },
  {
    word: "line",
    also: ["lines"],
    means: "A message: bytes up to and with a newline.",
    chapter: "04",
  },
  {
    word: "listen",
    also: ["listens", "listening"],
    means:
      "To ask the kernel for an address, so that connections to it are for this program.",
    chapter: "01",
  },
  {
    word: "peer",
    also: ["peers"],
    means: "The program at the other end of a connection.",
    chapter: "01",
  },
  {
    word: "pending bytes",
    also: ["pending byte"],
    means:
      "Bytes that `write()` has accepted, and that the kernel has not taken yet. They are in the memory of the process.",
    chapter: "07",
  },
  {
    word: "port",
    means:
      "A number from 0 to 65535 that says which program on a computer is meant.",
    chapter: "01",
  },
  {
    word: "reset",
    also: ["resets", "RST"],
    means:
      "The end of a connection without ceremony, by an RST segment: what is on its way is lost, and the other side gets an error.",
    chapter: "02",
  },
  {
    word: "slow consumer",
    also: ["slow consumers"],
    means: "A client that reads more slowly than the others talk.",
    chapter: "07",
  },
  {
    word: "socket",
    also: ["sockets"],
    means: "One end of a conversation that the kernel keeps for a program.",
    chapter: "01",
  },
];
