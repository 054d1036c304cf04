/**
 * The mistakes of clients by their symptoms. The order matters: the first
 * symptom that shows is the cause, so the telling ones stand first.
 */
import type { Symptom } from "./scene.ts";

export const CLIENT: readonly Symptom[] = [
  // Chapter 09
  {
    id: "other-server-port",
    when: ({ step, ports }) =>
      step === "connects" && ports.length > 0 && !ports.includes(8888),
    says: ({ ports }) =>
      `The client connects to port ${ports.join(" and ")}, where there is no server.`,
    mend: "Connect to localhost, port 8888.",
    read: ["09_connecting", "Connecting"],
    mark: "not port 8888",
    entry: ({ entries }) => entries.findLast(({ kind }) => kind === "connect"),
  },
  {
    id: "connects-late",
    when: ({ step, exit }) => step === "connects" && !exit,
    says: "The client runs and does not connect: it waits for something else first, a key perhaps.",
    mend: "Connect at the start, before anything that waits.",
    read: ["09_connecting", "Connecting"],
  },
  {
    id: "refused-stack-trace",
    when: ({ check, step }) =>
      step === "stack trace" &&
      (check === "no-server" || check === "bad-client-port"),
    says: "There was no server to connect to, and the user got a stack trace.",
    mend: "Listen for 'error' on the socket, and say it in one sentence.",
    read: ["09_connecting", "How it ends"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "reset-stack-trace",
    when: ({ step }) => step === "stack trace",
    says: "The connection broke, and the user got a stack trace.",
    mend: "Listen for 'error' on the socket, and say it in one sentence.",
    read: ["09_connecting", "How it ends"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "reads-once",
    when: ({ step }) => step === "reads once",
    says: "The client printed the first message and not the second: it reads once and not again.",
    mend: "Use on('data'), not once('data'); read in a loop, not once.",
    read: ["09_connecting", "Reading is a task that never ends"],
    mark: "not printed",
  },
  {
    id: "blocking-input",
    when: ({ step, blocked }) => step === "message waits" && blocked,
    says: "A message came while nothing was typed, and the client was stuck: it waits for a key in a call that lets nothing else happen.",
    mend: "Read the input with a listener, not with a call that blocks.",
    read: ["10_concurrent_io", "Two tasks, one event loop"],
    mark: "not read while the input is waited for",
  },
  {
    id: "in-turn",
    when: ({ step }) => step === "message waits",
    says: "A message came while nothing was typed, and the client did not read it: it reads the input and the server in turn, and each waits for the other.",
    mend: "Let each side have a listener of its own; neither waits.",
    read: ["10_concurrent_io", "Two tasks, one event loop"],
    mark: "not read while the input is waited for",
  },
  {
    id: "reads-nothing",
    when: ({ step }) => step === "reads",
    says: "The server sent more than the kernel keeps, and it stayed there: the client does not read its socket.",
    mend: "Read the socket: a 'data' listener, for as long as it is open.",
    read: ["09_connecting", "Reading is a task that never ends"],
    mark: "not read",
  },
  {
    id: "escapes",
    when: ({ step }) => step === "special characters",
    says: "A message with quotes and a backslash was printed with escapes, as JSON.stringify or inspect write it.",
    mend: "Print the text itself.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "altered",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "torn-message",
    when: ({ step, surfaces }) =>
      step === "cut character" && surfaces.some((one) => /\ufffd/.test(one)),
    says: "A chunk ended inside a character, and both halves became U+FFFD (\ufffd): the client decodes each chunk by itself.",
    mend: "Let one decoder see all chunks: setEncoding('utf8').",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "half a character",
    entry: (scene) => scene.lastPrint("\ufffd"),
  },
  {
    id: "cut-message",
    when: ({ step }) => step === "cut character",
    says: "A message that came in two chunks was printed as two.",
    mend: "Keep what follows the last newline, and put the next chunk behind it.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "only a part of the message",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "prints-something-else",
    when: ({ step, output }) =>
      step === "plain message" && output.trim() !== "",
    says: "A message came. The client printed something, and not the message.",
    mend: "Print the text of each message as it comes.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "not the message",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "prints-nothing",
    when: ({ step }) => step === "plain message",
    says: "A message came, and the client printed nothing, at least not while the connection was open.",
    mend: "Print each message when it comes, not at the end.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "not printed",
  },
  {
    id: "raw-control-bytes",
    when: ({ step }) => step === "control characters",
    says: "Control characters of a stranger reached the terminal as they came: they can clear the screen, rename the window, or worse.",
    mend: "Replace every control character before you print.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "as it came",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "endless-answer",
    when: ({ check, step }) => check === "endless-answer" && step === "memory",
    says: "A server that never sends a newline fills the client's memory: the unfinished line has no limit.",
    mend: "Give an unfinished line a limit, and show it in pieces beyond that.",
    read: ["09_connecting", "Reading is a task that never ends"],
  },
  {
    id: "stays-after-server",
    when: ({ check, step }) =>
      (check === "server-goes" || check === "server-breaks") && step === "ends",
    says: "The server has gone, and the client stays: it waits for input that it can send to nobody.",
    mend: "At the socket's 'close', say so and stop reading the input.",
    read: ["09_connecting", "How it ends"],
    mark: "the client stays",
  },
  {
    id: "ends-without-reason",
    when: ({ step }) => step === "says why" || step === "exit code",
    says: "The client ended, and neither a sentence nor an exit code says why.",
    mend: "Say in one sentence why it ends, and set process.exitCode.",
    read: ["09_connecting", "How it ends"],
    mark: "no reason",
    entry: ({ exit }) => exit,
  },
  // Chapter 10
  {
    id: "sent-twice",
    when: ({ step }) => step === "twice",
    says: "A typed line was sent more than once.",
    mend: "Let one listener send it, once.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "once more",
  },
  {
    id: "sent-without-newline",
    when: ({ step }) => step === "glued",
    says: "Typed lines arrive as one: they are sent without the newline that ends a message.",
    mend: "Send each line with a newline behind it.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "no newline",
  },
  {
    id: "died-while-typing",
    when: ({ exit, check }) =>
      exit !== undefined && ["sends", "parallel"].includes(check),
    says: "The client ended while the user was typing.",
    mend: "Read line after line, until the input ends.",
    read: ["10_concurrent_io", "Two tasks, one event loop"],
    mark: "the client ended",
    entry: ({ exit }) => exit,
  },
  {
    id: "sends-nothing",
    when: ({ step, check }) =>
      step === "hears" && ["sends", "parallel"].includes(check),
    says: "A line was typed, and nothing arrives at the server while the input is open: the client does not send, or only when its input has ended.",
    mend: "Send each line when it is typed, not all of them at the end.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "nothing arrives",
  },
  {
    id: "half-line-destroyed",
    when: ({ step }) => step === "half-typed line",
    says: "A message came in the middle of a line, and the half-typed line is torn: the message was printed where the cursor stood.",
    mend: "Clear the half-typed line, print the message, draw the line again.",
    read: ["10_concurrent_io", "The half-typed line"],
  },
  {
    id: "last-answers-lost",
    when: ({ check, step }) =>
      check === "last-answers" && step === "last answers",
    says: "The input ended, and the client with it: the answers to the last lines were on their way, and nobody showed them.",
    mend: "End only your direction (end()), and read until the server ends.",
    read: ["10_concurrent_io", "The last answers"],
    mark: "nobody is there any more",
  },
  {
    id: "stays-after-input",
    when: ({ check, step }) => check === "input-ends" && step === "ends",
    says: "The input has ended, and the client waits for a server that never ends its side.",
    mend: "Give the last answers a time limit.",
    read: ["10_concurrent_io", "The last answers"],
  },
  {
    id: "file-in-memory",
    when: ({ step, check }) => check === "piped-file" && step === "memory",
    says: "A file was piped in, the server did not read, and all of the file is in the client's memory: write() returned false, and nobody looked.",
    mend: "Pause the input when write() returns false, until 'drain'.",
    read: ["10_concurrent_io", "One line, one newline"],
  },
];
