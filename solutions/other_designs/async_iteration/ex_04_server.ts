/**
 * A chat server by async iteration: one async function serves one client from
 * its first byte to its last, and reads as if there were nobody else.
 */
import * as net from "node:net";

const NEWLINE = "\n".charCodeAt(0);
const room = new Set<net.Socket>();

/** Serves one client; resolves when it has left, politely or not. */
async function serve(guest: net.Socket): Promise<void> {
  const address = `${guest.remoteAddress} port ${guest.remotePort}`;
  room.add(guest);
  console.log(`+ ${address}`);
  try {
    await relay(guest);
  } catch (error) {
    console.log(`! ${address}: ${(error as Error).message}`);
  } finally {
    room.delete(guest);
    guest.destroy();
    console.log(`- ${address}`);
  }
}

/** Passes on each whole line of `guest`; throws when it is reset. */
async function relay(guest: net.Socket): Promise<void> {
  let kept = Buffer.alloc(0);
  for await (const chunk of guest) {
    // Joined as bytes: a character that two chunks share stays whole.
    kept = Buffer.concat([kept, chunk as Buffer]);
    let start = 0;
    let end = kept.indexOf(NEWLINE);
    while (end >= 0) {
      tellOthers(guest, kept.subarray(start, end + 1));
      start = end + 1;
      end = kept.indexOf(NEWLINE, start);
    }
    kept = kept.subarray(start);
  }
}

/** Sends `line` to all but `speaker`; a write is not awaited. */
function tellOthers(speaker: net.Socket, line: Buffer): void {
  for (const other of room) {
    if (other !== speaker && other.writable) other.write(line);
  }
}

const server = net.createServer((guest) => {
  // The loop hears an error only while it reads; between two reads it is here.
  guest.on("error", () => {});
  // Without an address it was reset while it waited to be accepted.
  if (guest.remoteAddress) serve(guest);
  else guest.destroy();
});
server.on("error", (error) => {
  console.error(`No server: ${error.message}`);
  process.exitCode = 1;
});
server.listen({ host: "localhost", port: 8888 });
