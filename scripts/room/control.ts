/**
 * The checker's end of the line to `preload.cjs`: hears what each Node program
 * asked the system for, and asks it for figures that only it knows.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What a program reports about itself. */
export type Report =
  | {
      event: "listening";
      asked: number;
      host?: string;
      address: AddressInfo;
    }
  | { event: "connecting"; asked: number; host?: string }
  /** A spare process has all loaded that a program needs. */
  | { event: "ready" };

/** What can be asked of a program. */
export type Question =
  | { ask: "memory" }
  /** Calls of write to the socket whose other end has the port `peer`. */
  | { ask: "writes"; peer: number }
  /** Bytes pending for that socket, accepted and not yet the kernel's. */
  | { ask: "pending"; peer: number }
  | { ask: "coverage" }
  /** Tells a spare process what to run. */
  | ({ ask: "run" } & Task);

/** What a spare process is to run, and how. */
export interface Task {
  readonly file: string;
  readonly cwd: string;
  readonly role: "server" | "client";
  readonly port?: number;
  readonly env: Record<string, string>;
}

/** The line to one program. */
export interface Line {
  /** Goes into the program's environment as ROOM_CONTROL. */
  readonly address: string;
  /**
   * Asks the program. Resolves to its answer, or to `undefined` when it has
   * ended or has never answered within `limit` milliseconds.
   */
  ask(question: Question, limit?: number): Promise<number | null | undefined>;
  /** Forgets the program. */
  close(): void;
}

type Message =
  | { event: "hello"; key: string }
  | { event: "answer"; id: number; answer: number | null }
  | Report;

interface Program {
  socket?: Socket;
  onReport(report: Report): void;
  readonly answers: Map<number, (answer: number | null | undefined) => void>;
  readonly waiting: (() => void)[];
}

const programs = new Map<string, Program>();
let questions = 0;
let keys = 0;

/** Characters of a report, at most. */
const LONGEST_LINE = 64 * 1024;

/** A line of a preload; `undefined` when it was said by somebody else. */
function parse(line: string): Message | undefined {
  try {
    const message = JSON.parse(line) as Message | null;
    if (typeof message?.event !== "string") return undefined;
    if (message.event === "listening" && !message.address) return undefined;
    return message;
  } catch {
    return undefined;
  }
}

function serve(socket: Socket) {
  let rest = "";
  let program: Program | undefined;
  socket.setEncoding("utf8");
  socket.unref();
  socket.on("error", () => {});
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    // A program may find this socket, and say what it likes.
    if (rest.length > LONGEST_LINE) socket.destroy();
    for (const line of lines) {
      const message = parse(line);
      if (!message) {
        socket.destroy();
        return;
      }
      if (message.event === "hello") {
        program = programs.get(message.key);
        // A program may start others with the same environment: the first one
        // is the program, the others only report.
        if (program && !program.socket) {
          program.socket = socket;
          for (const resolve of program.waiting.splice(0)) resolve();
        }
      } else if (message.event === "answer") {
        program?.answers.get(message.id)?.(message.answer);
      } else {
        program?.onReport(message);
      }
    }
  });
  socket.on("close", () => {
    if (program?.socket !== socket) return;
    for (const answer of program.answers.values()) answer(undefined);
  });
}

let listening: Promise<number> | undefined;

/** Opens the one listening socket of this process; resolves to its port. */
function open(): Promise<number> {
  listening ??= (async () => {
    const server = createServer(serve);
    server.unref();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  })();
  return listening;
}

/** Opens a line to a program that is about to start. */
export async function openLine(
  onReport: (report: Report) => void,
): Promise<Line> {
  const port = await open();
  const key = `${process.pid}-${++keys}`;
  const program: Program = { onReport, answers: new Map(), waiting: [] };
  programs.set(key, program);
  return {
    address: `${port}:${key}`,
    ask(question, limit = 5000) {
      return new Promise((resolve) => {
        const id = ++questions;
        const done = (answer: number | null | undefined) => {
          clearTimeout(timer);
          program.answers.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(done, limit, undefined);
        program.answers.set(id, done);
        const send = () => {
          if (program.socket?.writable) {
            program.socket.write(`${JSON.stringify({ id, ...question })}\n`);
          } else {
            done(undefined);
          }
        };
        if (program.socket) send();
        else program.waiting.push(send);
      });
    },
    close() {
      programs.delete(key);
      for (const answer of program.answers.values()) answer(undefined);
      program.socket?.destroy();
    },
  };
}
