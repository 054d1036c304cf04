/**
 * The mistakes of clients by their symptoms. The order matters: the first
 * symptom that shows is the cause, so the telling ones stand first.
 */
import type { Symptom } from "./scene.ts";

export const CLIENT: readonly Symptom[] = [
  // Chapter 09
  {
    id: "other-server-port",
    asks: "Which number must the client and the server agree on?",
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
    asks: "What does your program wait for before it connects?",
    when: ({ step, exit }) => step === "connects" && !exit,
    says: "The client runs and does not connect: it waits for something else first, a key perhaps.",
    mend: "Connect at the start, before anything that waits.",
    read: ["09_connecting", "Connecting"],
  },
  {
    id: "bad-client-port-throws",
    asks: "What does connect() do with a port that is no number?",
    when: ({ check, step }) =>
      check === "bad-client-port" && step === "stack trace",
    says: "PORT was no number, and connect() threw: the user gets a stack trace.",
    mend: "Catch what connect() throws and say it in one sentence.",
    read: ["09_connecting", "How it ends"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "refused-stack-trace",
    asks: "Which event tells that there is no server, and who listens for it?",
    when: ({ check, step }) => check === "no-server" && step === "stack trace",
    says: "There was no server to connect to, and the user got a stack trace.",
    mend: "Listen for 'error' on the socket, and say it in one sentence.",
    read: ["09_connecting", "How it ends"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "output-stack-trace",
    asks: "Which stream do you write to when nobody reads it any more, and who listens for its error?",
    when: ({ check, step }) =>
      check === "closed-output" && step === "stack trace",
    says: "Nobody read the client's output any more, and the user got a stack trace (EPIPE).",
    mend: "Listen for 'error' on stdout, and end.",
    read: ["10_concurrent_io", "How the user leaves"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "reset-stack-trace",
    asks: "Which event tells that the connection broke, and who listens for it?",
    when: ({ step }) => step === "stack trace",
    says: "The connection broke, and the user got a stack trace.",
    mend: "Listen for 'error' on the socket, and say it in one sentence.",
    read: ["09_connecting", "How it ends"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "reads-once",
    asks: "How often does your program read from the server?",
    when: ({ step }) => step === "reads once",
    says: "The client printed the first message and not the second: it reads once and not again.",
    mend: "Use on('data'), not once('data'); read in a loop, not once.",
    read: ["09_connecting", "Reading is a task that never ends"],
    mark: "not printed",
  },
  {
    id: "blocking-input",
    asks: "What can happen in your program while it waits for a key?",
    when: ({ step, blocked }) => step === "message waits" && blocked,
    says: "Nothing was typed, and the client was stuck: it waits for a key in a call that lets nothing else happen.",
    mend: "Read the input with a listener, not with a call that blocks.",
    read: ["10_concurrent_io", "Two tasks, one event loop"],
    mark: "not read while the input is waited for",
  },
  {
    id: "in-turn",
    asks: "What does your program wait for before it reads the next message?",
    when: ({ step }) => step === "message waits",
    says: ({ who }) =>
      `${who === "server" ? "A line was typed while no message came, and the client did not send it" : "A message came while nothing was typed, and the client did not read it"}: it reads the input and the server in turn, and each waits for the other.`,
    mend: "Let each side have a listener of its own; neither waits.",
    read: ["10_concurrent_io", "Two tasks, one event loop"],
    mark: "not read while the input is waited for",
  },
  {
    id: "reads-nothing",
    asks: "Who takes the bytes out of the socket?",
    when: ({ step }) => step === "reads",
    says: "What the server sent stayed in the kernel: the client does not read its socket.",
    mend: "Read the socket: a 'data' listener, for as long as it is open.",
    read: ["09_connecting", "Reading is a task that never ends"],
    mark: "not read",
  },
  {
    id: "printed-on-one-line",
    asks: "What ends a line on the screen, and who writes it?",
    when: ({ step, line = "", output }) =>
      step === "special characters" && output.includes(line),
    says: "Two messages were printed on one line: the newline that ended the first was cut off and not printed.",
    mend: "Print each message on a line of its own.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "on the line of another message",
    entry: (scene) => scene.lastPrint(scene.line ?? ""),
  },
  {
    id: "escapes",
    asks: "Which function turns the message into text for the screen, and what does it do to a quote?",
    when: ({ step }) => step === "special characters",
    says: "A message with quotes and a backslash was printed altered: with escapes, as JSON.stringify, repr() or inspect write it.",
    mend: "Print the text itself, unchanged.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "altered",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "torn-message",
    asks: "What does your decoder make of half a character?",
    when: ({ check, step, surfaces, cannotDecode }) =>
      (step === "cut character" &&
        surfaces.some((one) => /\ufffd/.test(one))) ||
      (check === "prints" && cannotDecode),
    says: ({ cannotDecode }) =>
      cannotDecode
        ? "A chunk ended inside a character, and the client could not decode it and reported an error: it decodes each chunk by itself."
        : "A chunk ended inside a character, and both halves became U+FFFD (\ufffd): the client decodes each chunk by itself.",
    mend: "Let one decoder see all chunks: setEncoding('utf8').",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "half a character",
    entry: (scene) => scene.lastPrint("\ufffd"),
  },
  {
    id: "printed-in-other-characters",
    asks: "Which characters does the encoding know that you decode or print with?",
    when: ({ step, line = "", surfaces }) =>
      step === "cut character" &&
      surfaces.some(
        (one) =>
          !one.includes(line) &&
          one.includes(line.slice(0, 8)) &&
          one.includes(line.slice(-8)),
      ),
    says: "Characters beyond ASCII were printed as something else: the message is decoded or printed as something else than UTF-8.",
    mend: "Decode as UTF-8 and print the text unchanged.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "altered",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "cut-message",
    asks: "Where is the beginning of a message kept until its end arrives?",
    when: ({ step }) => step === "cut character",
    says: "A message that came in two chunks was printed as two.",
    mend: "Keep what follows the last newline, and put the next chunk behind it.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "only a part of the message",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "prints-something-else",
    asks: "What exactly do you print when a message comes?",
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
    asks: "When does your program print a message that has come?",
    when: ({ step }) => step === "plain message",
    says: "A message came, and the client printed nothing, at least not while the connection was open.",
    mend: "Print each message when it comes, not at the end.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "not printed",
  },
  {
    id: "raw-control-bytes",
    asks: "What does your terminal do with an ESC in a message?",
    when: ({ step }) => step === "control characters",
    says: "Control characters of a stranger reached the terminal as they came: they can clear the screen, rename the window, or worse.",
    mend: "Replace every control character before you print.",
    read: ["09_connecting", "Unchanged, but harmless"],
    mark: "as it came",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "endless-answer",
    asks: "How long can an unfinished line become in your program?",
    when: ({ check, step }) =>
      check === "endless-answer" && (step === "memory" || step === "too long"),
    says: "A server that never sends a newline fills the client's memory: the unfinished line has no limit.",
    mend: "Give an unfinished line a limit, and show it in pieces beyond that.",
    read: ["09_connecting", "Reading is a task that never ends"],
  },
  {
    id: "last-words-lost",
    asks: "What do you hold back until a newline comes, and what if none comes any more?",
    when: ({ step }) => step === "last words",
    says: "The server went, and its last words were not shown: they had come and lacked a newline, or were still to be read.",
    mend: "Read until 'close', and show then what is left without a newline.",
    read: ["09_connecting", "How it ends"],
    mark: "not shown",
  },
  {
    id: "stays-after-server",
    asks: "What keeps your program running when the connection is gone?",
    when: ({ check, step }) =>
      (check === "server-goes" || check === "server-breaks") && step === "ends",
    says: "The server has gone, and the client stays: it waits for input that it can send to nobody.",
    mend: "At the socket's 'close', say so and stop reading the input.",
    read: ["09_connecting", "How it ends"],
    mark: "the client stays",
  },
  {
    id: "left-as-failure",
    asks: "What does an exit code that is not 0 say to a script?",
    when: ({ check, step }) =>
      step === "exit code" &&
      ["last-answers", "input-ends", "ctrl-d"].includes(check),
    says: ({ exit }) =>
      `The user has left, as users do, and the client ended as if something had failed (${exit?.signal ?? `exit code ${exit?.code}`}).`,
    mend: "Set process.exitCode to 0 when the input has ended.",
    read: ["10_concurrent_io", "How the user leaves"],
    mark: "not exit code 0",
    entry: ({ exit }) => exit,
  },
  {
    id: "ends-without-reason",
    asks: "How do a user and a script learn why your program ended?",
    when: ({ step }) => step === "says why" || step === "exit code",
    says: ({ step, exit }) =>
      step === "says why"
        ? "The client ended, and no sentence says why."
        : `The client ended for a reason, and ${exit?.signal ?? `exit code ${exit?.code}`} does not say so.`,
    mend: "Say in one sentence why it ends, and set process.exitCode.",
    read: ["09_connecting", "How it ends"],
    mark: "no reason",
    entry: ({ exit }) => exit,
  },
  // Chapter 10
  {
    id: "sent-twice",
    asks: "How many of your listeners run when one line is typed?",
    when: ({ step }) => step === "twice",
    says: "A typed line was sent more than once.",
    mend: "Let one listener send it, once.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "once more",
  },
  {
    id: "sent-without-newline",
    asks: "How does the server know where your message ends?",
    when: ({ step }) => step === "glued",
    says: "Typed lines arrive as one: they are sent without the newline that ends a message.",
    mend: "Send each line with a newline behind it.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "no newline",
  },
  {
    id: "typed-line-altered",
    asks: "What exactly do you send when a line was typed?",
    when: ({ step, line = "", surfaces, exit }) =>
      step === "typed line" &&
      !exit &&
      surfaces.some((one) =>
        [line.slice(0, 8), line.slice(-8)].some((part) =>
          one.toLowerCase().includes(part),
        ),
      ),
    says: "A typed line arrives altered or in parts: quotes, escapes, case and characters beyond ASCII must stay as they were typed.",
    mend: "Send the text of the line unchanged, in UTF-8, with one newline behind it.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "altered",
  },
  {
    id: "died-while-typing",
    asks: "What ends your program while there is still input?",
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
    asks: "When does your program send a line that was typed?",
    when: ({ step, check }) =>
      (step === "hears" || step === "typed line") &&
      ["sends", "parallel"].includes(check),
    says: "A line was typed, and nothing arrives at the server while the input is open: the client does not send, or only when its input has ended.",
    mend: "Send each line when it is typed, not all of them at the end.",
    read: ["10_concurrent_io", "One line, one newline"],
    mark: "nothing arrives",
  },
  {
    id: "half-line-destroyed",
    asks: "Where does the cursor stand when a message comes, and what do you write there?",
    when: ({ step }) => step === "half-typed line",
    says: "A message came in the middle of a line, and the half-typed line is torn: the message was printed where the cursor stood.",
    mend: "Clear the half-typed line, print the message, draw the line again.",
    read: ["10_concurrent_io", "The half-typed line"],
  },
  {
    id: "last-answers-lost",
    asks: "What may still be on its way when the input has ended?",
    when: ({ check, step }) =>
      check === "last-answers" && step === "last answers",
    says: "The input ended, and the client with it: the answers to the last lines were on their way, and nobody showed them.",
    mend: "End only your direction (end()), and read until the server ends.",
    read: ["10_concurrent_io", "The last answers"],
    mark: "nobody is there any more",
  },
  {
    id: "stays-after-input",
    asks: "What do you wait for when the input has ended, and for how long?",
    when: ({ check, step }) => check === "input-ends" && step === "ends",
    says: "The input has ended, and the client waits for a server that never ends its side.",
    mend: "Give the last answers a time limit.",
    read: ["10_concurrent_io", "The last answers"],
  },
  {
    id: "lost-without-a-word",
    asks: "What is still pending when you give the server up, and who is told?",
    when: ({ step }) => step === "lost",
    says: "The input ended while the server stood still. The client gave up with words still pending, and ended as if all were well: they are lost, and nobody knows.",
    mend: "Look at `writableLength` before you destroy the socket; say that words are lost, and set process.exitCode to 1.",
    read: ["10_concurrent_io", "The last answers"],
    mark: "all is well?",
    entry: ({ exit }) => exit,
  },
  {
    id: "goodbye-on-prompt",
    asks: "Where does the cursor stand when the user presses Ctrl-D?",
    when: ({ check, step }) => check === "ctrl-d" && step === "goodbye",
    says: "The user pressed Ctrl-D, and the last answer was printed behind the prompt: no newline had ended its line.",
    mend: "Print a newline when the input ends on a terminal.",
    read: ["10_concurrent_io", "How the user leaves"],
    mark: "behind the prompt",
  },
  {
    id: "file-in-memory",
    asks: "Where are the lines of a file that the server does not take yet?",
    when: ({ step, check }) => check === "piped-file" && step === "memory",
    says: "A file was piped in, the server did not read, and all of the file is in the client's memory: write() returned false, and nobody looked.",
    mend: "Pause the input when write() returns false, until 'drain'.",
    read: ["10_concurrent_io", "One line, one newline"],
  },
];
