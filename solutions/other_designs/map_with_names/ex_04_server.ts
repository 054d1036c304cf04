/**
 * A chat server with a Map: each client gets a number, a welcome banner, and
 * that number before all that it says. The others are told who comes and goes.
 */
import { createServer, type Socket } from "node:net";

interface Guest {
  readonly socket: Socket;
  text: string;
}

const guests = new Map<number, Guest>();
let lastId = 0;

/** Sends a line to every guest but the one with the number `except`. */
function tell(except: number, line: string): void {
  for (const [id, { socket }] of guests) {
    if (id !== except && socket.writable) socket.write(`${line}\n`);
  }
}

/** Lets a guest in. The number, not the socket, says who is who from now on. */
function admit(socket: Socket): void {
  const id = ++lastId;
  const guest: Guest = { socket, text: "" };
  socket.write("==========================\n");
  socket.write(`  Welcome, you are guest ${id}\n`);
  socket.write("==========================\n");
  tell(id, `* guest ${id} has joined`);
  guests.set(id, guest);
  console.log(`guest ${id} has joined, ${guests.size} here`);

  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    guest.text += text;
    speak(id, guest);
  });
  socket.on("error", ({ message }) => console.log(`guest ${id}: ${message}`));
  socket.on("close", () => {
    guests.delete(id);
    tell(id, `* guest ${id} has left`);
    console.log(`guest ${id} has left, ${guests.size} here`);
  });
}

/** Says all that `guest` has finished, and keeps the rest. */
function speak(id: number, guest: Guest): void {
  const end = guest.text.lastIndexOf("\n");
  if (end < 0) return;
  const lines = guest.text.slice(0, end).split("\n");
  guest.text = guest.text.slice(end + 1);
  for (const line of lines) tell(id, `[guest ${id}] ${line}`);
}

createServer(admit)
  .on("error", ({ message }) => {
    console.error(`Not listening: ${message}`);
    process.exitCode = 1;
  })
  .listen(8888, "localhost", () => console.log("Waiting for guests on 8888"));
