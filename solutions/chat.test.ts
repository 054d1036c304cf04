/**
 * Where tests of your own begin: one for the server, one for the client. Copy
 * this file into the folder of your two programs, run it from the workbook's
 * folder, and add what it does not see:
 *
 *     node --import tsx --test submission/chat.test.ts
 *
 * CHAT_SERVER and CHAT_CLIENT say how a program is started: a list in JSON, the
 * command and its arguments. Whoever sets them puts another program to your
 * tests, a correct one or one with a mistake. Without them it is your own.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PORT = 8888;

/** How long is waited for anything, in milliseconds. */
const DEADLINE = 3000;

const programs: ChildProcess[] = [];
const sockets: Socket[] = [];

/** Starts the program under test, and leaves its standard input open. */
function start(what: "server" | "client") {
  const own = fileURLToPath(new URL(`ex_04_${what}.ts`, import.meta.url));
  const given = process.env[`CHAT_${what.toUpperCase()}`];
  const command = given
    ? (JSON.parse(given) as string[])
    : [process.execPath, "--import", "tsx", own];
  const [name = "", ...args] = command;
  const program = spawn(name, args, { stdio: "pipe" });
  programs.push(program);
  collect(program.stdout);
  return program;
}

/** Otherwise a test would talk to another program than it believes. */
beforeEach(async () => {
  const socket = connect(PORT, "localhost");
  const taken = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  assert.ok(!taken, `Another program has port ${PORT}. End it, and try again.`);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const program of programs.splice(0)) {
    if (program.exitCode !== null || program.signalCode !== null) continue;
    const gone = once(program, "exit");
    program.kill();
    // A program that stays would keep the port from the next test.
    const stubborn = setTimeout(() => program.kill("SIGKILL"), 500);
    await gone;
    clearTimeout(stubborn);
  }
});

/** All that has come out of a socket or of a program so far. */
const heard = new Map<NodeJS.ReadableStream, string>();

function collect(source: NodeJS.ReadableStream) {
  heard.set(source, "");
  source.setEncoding("utf8");
  source.on("data", (text) => heard.set(source, heard.get(source) + text));
}

/** Waits until `text` has come out of `source`. */
async function hears(source: NodeJS.ReadableStream, text: string) {
  const signal = AbortSignal.timeout(DEADLINE);
  while (!heard.get(source)?.includes(text)) {
    await once(source, "data", { signal }).catch(() => {
      assert.fail(`"${text}" did not come, only "${heard.get(source)}"`);
    });
  }
}

/** Connects; again and again as long as the server is still starting. */
async function join(): Promise<Socket> {
  for (const end = Date.now() + DEADLINE; ; await pause(20)) {
    const socket = connect(PORT, "localhost");
    try {
      await once(socket, "connect");
      sockets.push(socket);
      collect(socket);
      return socket;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

test("Ben hears what Ada says, and Ada what Ben says", async () => {
  start("server");
  const ada = await join();
  const ben = await join();
  // A server may take the first line for a name. And connected is not accepted:
  // Ben is known to the server for certain when he has been heard.
  ada.write("Ada\n");
  ben.write("Ben\nBen is here\n");
  await hears(ada, "Ben is here");

  ada.write("hello, Ben\n");
  await hears(ben, "hello, Ben");
  ben.write("hello, Ada\n");
  await hears(ada, "hello, Ada");
});

test("what is typed is sent, and what is sent is shown", async () => {
  const server = createServer().listen(PORT, "localhost");
  try {
    const client = start("client");
    const [socket] = (await once(server, "connection", {
      signal: AbortSignal.timeout(DEADLINE),
    })) as [Socket];
    sockets.push(socket);
    collect(socket);
    client.stdin.on("error", () => {});

    client.stdin.write("hello from here\n");
    await hears(socket, "hello from here");
    socket.write("hello from there\n");
    await hears(client.stdout, "hello from there");
  } finally {
    server.close();
  }
});
