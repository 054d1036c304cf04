/**
 * The mistakes of servers by their symptoms. The order matters: the first
 * symptom that shows is the cause, so the telling ones stand first.
 */
import { shown } from "../room/participant.ts";
import type { Scene, Symptom } from "./scene.ts";

const isReset = (scene: Scene) =>
  scene.exit !== undefined &&
  /ECONNRESET|EPIPE|ConnectionResetError|BrokenPipe/.test(scene.output);

/** True when a client ended or broke its connection by itself. */
const isFromClient = ({ entries }: Scene, kind: "fin" | "reset") =>
  entries.some((entry) => entry.kind === kind && entry.from !== "server");

/**
 * True when the server did anything at all once it was listening. Not "once
 * Ada had joined": she may hear of that later than the server, and its print.
 */
const hasReacted = ({ entries }: Scene) =>
  entries
    .slice(entries.findIndex(({ kind }) => kind === "listen") + 1)
    .some(
      (entry) =>
        entry.kind === "print" ||
        (entry.kind === "send" && entry.from === "server"),
    );

/**
 * True when one message is half a line with somebody else's line behind it. A
 * server that passes chunks on as they come is no such case: it may print them
 * side by side, but then with nothing before them, and it does not send a half
 * back to its speaker.
 */
function mixesLines({ step, line = "", who, entries }: Scene): boolean {
  if (step !== "cut line") return false;
  const sends = entries.filter((entry) => entry.kind === "send");
  const half = sends
    .filter(({ from }) => from === who)
    .map(({ bytes }) => bytes.toString("utf8"))
    .find((text) => line.startsWith(text));
  if (!half) return false;
  const mixed = sends
    .filter(({ from }) => from !== who && from !== "server")
    .map(({ bytes }) => half + bytes.toString("utf8").trim());
  return entries.some((entry) => {
    if (entry.kind !== "print" && entry.kind !== "send") return false;
    const lines = entry.bytes.toString("utf8").split("\n");
    return entry.kind === "print"
      ? mixed.some((text) => lines.some((one) => one.indexOf(text) > 0))
      : entry.from === "server" &&
          entry.to === who &&
          mixed.some((text) => lines.some((one) => one.includes(text)));
  });
}

/** True when the server has sent `text` to anybody. */
const isSent = ({ entries }: Scene, text: string) =>
  entries.some(
    (entry) =>
      entry.kind === "send" &&
      entry.from === "server" &&
      entry.bytes.toString().includes(text),
  );

/** The failure's line as it turned up, when something in it is another. */
function altered({ line = "", surfaces }: Scene): string | undefined {
  const [first, last] = [line.slice(0, 8), line.slice(-8)];
  return surfaces.find(
    (one) =>
      !one.includes(line) &&
      (one.toLowerCase().includes(line.toLowerCase()) ||
        (line.length > 8 && one.includes(first) && one.includes(last))),
  );
}

/** True when the beginning of the failure's line was passed on by itself. */
const passesHalvesOn = ({ line = "", entries }: Scene) =>
  entries.some((entry) => {
    if (entry.kind !== "send" || entry.from !== "server") return false;
    const text = entry.bytes.toString("utf8");
    return text !== "" && text !== line && line.startsWith(text);
  });

/** True when the beginning or the end of the failure's line has turned up. */
const anySurfaced = ({ line = "", surfaces }: Scene) =>
  [line.slice(0, 8), line.slice(-8)].some((part) =>
    surfaces.some((one) => one.includes(part)),
  );

/** Who left last. */
const leaver = ({ entries }: Scene) => {
  const last = entries.findLast(
    (entry) =>
      (entry.kind === "fin" || entry.kind === "reset") &&
      entry.from !== "server",
  );
  return last && "from" in last ? last.from : "somebody";
};

/** Who sent the last piece of a line that was not its end. */
const halfSpeaker = ({ entries }: Scene) => {
  const last = entries.findLast(
    (entry) =>
      entry.kind === "send" &&
      entry.to === "server" &&
      !entry.bytes.toString("latin1").endsWith("\n"),
  );
  return last && "from" in last ? last.from : "Somebody";
};

/** Who stopped reading last. */
const sleeper = ({ entries }: Scene) => {
  const last = entries.findLast(
    (entry) => entry.kind === "note" && entry.text === "stops reading",
  );
  return last && "who" in last ? last.who : "Somebody";
};

/** How many of the lines that were said the server has sent to anybody. */
const passedOn = (scene: Scene) =>
  scene.entries.filter((entry) => {
    if (entry.kind !== "send" || entry.to !== "server") return false;
    const said = entry.bytes.toString().trim();
    return said !== "" && isSent(scene, said);
  }).length;

export const SERVER: readonly Symptom[] = [
  // Chapter 01
  {
    id: "other-port",
    asks: "Which number must the server and every client agree on?",
    when: ({ check, step, ports }) =>
      check === "listens" &&
      step === "listens" &&
      ports.length > 0 &&
      !ports.includes(8888),
    says: ({ ports }) =>
      `The server listens on port ${ports.join(" and ")}, where no client of the exercise looks for it.`,
    mend: "Listen on port 8888.",
    read: ["01_listening", "Listening is asking the kernel"],
    mark: "not port 8888",
    entry: ({ entries }) => entries.findLast(({ kind }) => kind === "listen"),
  },
  {
    id: "other-address",
    asks: "To which address does your server bind, and which one do clients ask for?",
    when: ({ check, step, exit, ports }) =>
      check === "listens" &&
      step === "listens" &&
      !exit &&
      ports.includes(8888),
    says: "The server listens on port 8888, but not at localhost: at an address where no client of the exercise looks for it.",
    mend: "Listen at localhost: 127.0.0.1, ::1, or every address.",
    read: ["01_listening", "Listening is asking the kernel"],
    mark: "not localhost",
    entry: ({ entries }) => entries.findLast(({ kind }) => kind === "listen"),
  },
  {
    id: "busy-loop",
    asks: "When does your program let Node do what listen() has asked for?",
    when: ({ step, exit, ports, blocked }) =>
      step === "listens" && !exit && ports.length === 0 && blocked,
    says: "The program runs without a pause, in a loop perhaps, and Node never comes to listening.",
    mend: "Return to the event loop: a server waits by listeners, not in a loop.",
    read: ["02_accepting", "One handler for each client"],
    mark: "busy with something else",
  },
  {
    id: "failure-with-code-0",
    asks: "What does exit code 0 say to a script?",
    when: ({ check, step, exit }) =>
      (check === "port-taken" || check === "bad-port") &&
      step === "exit code" &&
      exit?.code === 0,
    says: "There is no server, and the program ended with exit code 0, which says that all is well.",
    mend: "Set process.exitCode to 1 where you say why.",
    read: ["01_listening", "When there is no server"],
    mark: "all is well?",
    entry: ({ exit }) => exit,
  },
  {
    id: "never-listens",
    asks: "What does your program wait for before it calls listen()?",
    when: ({ step, exit, ports }) =>
      step === "listens" && !exit && ports.length === 0,
    says: "The program runs and does not listen: it waits for something else first, a key perhaps.",
    mend: "Call listen() at the start, before anything that waits.",
    read: ["01_listening", "Listening is asking the kernel"],
  },
  {
    id: "no-listen-error",
    asks: "Which event tells that the port cannot be had, and who listens for it?",
    when: ({ check, step }) => check === "port-taken" && step === "stack trace",
    says: "The port was taken, and nobody listened for the server's 'error' event: the user gets a stack trace.",
    mend: "Listen for 'error' on the server and say it in one sentence.",
    read: ["01_listening", "When there is no server"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "bad-port-throws",
    asks: "What does listen() do with a port that is no number?",
    when: ({ check, step }) => check === "bad-port" && step === "stack trace",
    says: "PORT was no number, and listen() threw: the user gets a stack trace.",
    mend: "Catch what listen() throws and say it in one sentence.",
    read: ["01_listening", "When there is no server"],
    mark: "a stack trace",
    entry: (scene) => scene.lastPrint(),
  },
  // Chapter 02: resets first, for a dead server explains everything else.
  {
    id: "readline-on-socket",
    asks: "Which object passes the socket's 'error' event on, and who listens there?",
    when: (scene) =>
      isReset(scene) && /Interface instance|node:readline/.test(scene.output),
    says: "One client broke its connection (RST), and the server died of it: readline passes the socket's 'error' event on as its own, and nobody listens there.",
    mend: "Cut the lines yourself, or listen for 'error' on the readline interface as well.",
    read: ["02_accepting", "The error listener comes first"],
    mark: "the server died of a client's reset",
    entry: ({ exit }) => exit,
  },
  {
    id: "await-not-caught",
    asks: "Who catches what an await throws, when nobody awaits the function around it?",
    when: (scene) =>
      isReset(scene) &&
      isFromClient(scene, "reset") &&
      /fromPromise/.test(scene.output),
    says: "One client broke its connection (RST), and the server died of it: `for await` over a socket throws then, an 'error' listener or not, and nothing catches it.",
    mend: "Put try and catch around the loop, or read in a 'data' listener.",
    read: ["02_accepting", "The error listener comes first"],
    mark: "the server died of a client's reset",
    entry: ({ exit }) => exit,
  },
  {
    id: "no-error-listener",
    asks: "What does Node do with an 'error' event that nobody listens for?",
    when: (scene) => isReset(scene) && isFromClient(scene, "reset"),
    says: "One client broke its connection (RST), and the server died of it: an 'error' event without a listener ends the program.",
    mend: "Give every socket an 'error' listener, before anything else.",
    read: ["02_accepting", "The error listener comes first"],
    mark: "the server died of a client's reset",
    entry: ({ exit }) => exit,
  },
  {
    id: "uncaught-exception",
    asks: "Where did the error happen, and where does your program catch it?",
    when: ({ check, step, exit }) =>
      check === "reset" && step === "stack trace" && !exit,
    says: "A client's reset was not handled where it happened; something caught it at the very end (uncaughtException) and went on. Whatever was under way is left half done.",
    mend: "Listen for 'error' on the socket itself.",
    read: ["02_accepting", "The error listener comes first"],
    mark: "a stack trace of a reset that nobody handled",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "address-undefined",
    asks: "What does a socket know of its client when the connection is over already?",
    when: ({ step }) => step === "address",
    says: 'A client broke its connection before the server accepted it. Such a socket has no address any more, and the server tells of somebody called "undefined".',
    mend: "Destroy a socket that has no address, and tell nobody of it.",
    read: ["02_accepting", "Gone before it was accepted"],
    mark: "who is that?",
    entry: (scene) => scene.lastPrint("undefined"),
  },
  {
    id: "one-at-a-time",
    asks: "When does the function that serves Ada return, and what happens until then?",
    when: (scene) =>
      scene.step === "is served" &&
      !scene.exit &&
      scene.check === "concurrent" &&
      hasReacted(scene),
    says: ({ who }) =>
      `${who} is connected, by the kernel, and the server does nothing about it while Ada is there: it serves one client at a time.`,
    mend: "Let the handler return at once, and wait by listeners.",
    read: ["02_accepting", "One handler for each client"],
    mark: "not served while Ada is connected",
  },
  {
    id: "connection-limit",
    asks: "What in your program makes the third client different from the second?",
    when: (scene) =>
      (scene.step === "turned away" || scene.step === "cut off") &&
      scene.check !== "slow-consumer" &&
      !isFromClient(scene, "fin") &&
      scene.exit === undefined &&
      scene.who === "Cleo",
    says: "Two clients are served and the third is turned away: the server has a limit on connections.",
    mend: "Take the limit out (maxConnections, or a check of the size).",
    read: ["02_accepting", "One handler for each client"],
    mark: "turned away",
  },
  {
    id: "turned-away",
    asks: "Which line of your program ends a connection, and when does it run?",
    when: ({ step }) => step === "turned away",
    says: ({ who }) =>
      `The server ended ${who}'s connection, though ${who} did nothing wrong.`,
    mend: "Keep a connection until its client leaves.",
    read: ["02_accepting", "One handler for each client"],
    mark: "turned away",
  },
  {
    id: "joins-unlogged",
    asks: "Which function runs when a client joins, and does it print?",
    // Of a server that shows nothing to anybody, no more than this is known.
    when: ({ step, exit, check }) =>
      step === "logs a join" ||
      (step === "is served" && !exit && check === "concurrent"),
    says: "A client joined, and the server printed nothing.",
    mend: "Print a line for each connection, where it is accepted.",
    read: ["02_accepting", "Two ways to leave"],
    mark: "nothing is printed",
  },
  {
    id: "no-data-listener",
    asks: "What stands in the socket before the end of the connection, and who reads it?",
    when: (scene) => scene.step === "logs a leave" && !scene.anyWasEnded(),
    // Of a program that cannot be asked, less is known.
    says: ({ ports }) =>
      ports.length > 0
        ? "A client left, and the server has not noticed: it reads nothing from the socket, and the end of a connection stands behind its unread bytes."
        : "A client left. The server printed nothing, and did not end its side of the connection: either it does not read the socket, where the end stands behind the unread bytes, or it reads the end and does nothing about it.",
    mend: "Read the socket (a 'data' listener, a loop), and at its end print a line and close it.",
    read: ["02_accepting", "Read, or never notice"],
    mark: "the FIN is not answered",
  },
  {
    id: "leaves-unlogged",
    asks: "Which event comes when a client has left, and what do you do then?",
    when: ({ step }) => step === "logs a leave",
    says: "A client left. The server noticed, and ended its side, and printed nothing.",
    mend: "Print a line in the socket's 'close' listener.",
    read: ["02_accepting", "Two ways to leave"],
    mark: "nothing is printed",
  },
  {
    id: "end-only",
    asks: "Which events does a socket emit after a reset, and which not?",
    when: ({ step }) => step === "logs a reset",
    says: "A client broke its connection (RST), and the server takes it for still there: it cleans up in 'end', which never comes after a reset.",
    mend: "Clean up in 'close': it is the last event, whatever came before.",
    read: ["02_accepting", "Two ways to leave"],
    mark: "nothing is printed",
  },
  {
    id: "left-twice",
    asks: "How many of your listeners run when one client leaves?",
    when: ({ step }) => step === "told twice",
    says: "One client left and the server told it twice: it cleans up in more than one of 'end', 'error' and 'close'.",
    mend: "Clean up in 'close' alone: it comes exactly once.",
    read: ["03_tracking", "Left exactly once"],
    mark: "told twice",
    entry: (scene) => scene.lastPrint(),
  },
  // Chapter 03
  {
    id: "never-removed",
    asks: "Where does a client that has left come out of your list?",
    when: ({ step, check, output }) =>
      check === "counts" && step === "count" && !/\D1\D*$/.test(output.trim()),
    says: "Clients have left, and the server still counts them: nothing takes them out of its list. A write to somebody who is gone raises nothing, so it cannot tell.",
    mend: "Take a client out of the set in its 'close' listener.",
    read: ["03_tracking", "A set and not an array"],
    mark: "counts who is gone",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "splice-minus-one",
    asks: "What does indexOf() return for somebody who is not in the list?",
    when: ({ step }) => step === "count",
    says: "After one client had left the server counts too few: somebody else was taken out of the list. indexOf() gives -1 for who is not there, and splice(-1, 1) removes the last one.",
    mend: "Keep clients in a Set: delete() removes this one or nobody.",
    read: ["03_tracking", "A set and not an array"],
    mark: "too few",
    entry: (scene) => scene.lastPrint(),
  },
  {
    id: "no-count",
    asks: "What knows how many clients are online, and where do you print it?",
    when: ({ step }) => step === "counts",
    says: "The server does not tell how many are online.",
    mend: "Keep the clients in a set, and print its size.",
    read: ["03_tracking", "A set and not an array"],
  },
  // Chapter 04
  {
    id: "altered-message",
    asks: "What does your program do to a message between reading and writing it?",
    when: (scene) =>
      ["surfaces", "greets", "hears", "special characters"].includes(
        scene.step,
      ) && altered(scene) !== undefined,
    says: (scene) =>
      `A message is altered on its way: "${shown(scene.line ?? "")}" became "${shown(altered(scene)?.trim() ?? "")}". Case, quotes, escapes and characters beyond ASCII must stay as they are.`,
    mend: "Pass the text of each message on unchanged, in UTF-8.",
    read: ["04_receiving", "Bytes stay bytes"],
    mark: "altered",
  },
  {
    id: "altered-characters",
    asks: "Which characters does the encoding know that you decode or encode with?",
    when: (scene) =>
      scene.step === "cut character" &&
      altered(scene) !== undefined &&
      !altered(scene)?.includes("\ufffd"),
    says: (scene) =>
      `Characters beyond ASCII do not survive: "${shown(scene.line ?? "")}" became "${shown(altered(scene)?.trim() ?? "")}". The text is decoded or encoded as something else than UTF-8.`,
    mend: "Decode and encode as UTF-8, or pass the bytes on as they are.",
    read: ["04_receiving", "Bytes stay bytes"],
    mark: "altered",
  },
  {
    id: "glued-lines",
    asks: "How many messages can one 'data' event hold?",
    when: ({ step, line, surfaces }) =>
      step === "joined lines" &&
      surfaces.some((one) => line !== undefined && one.includes(line)),
    says: "Two lines that came in one chunk were taken for one message: a write at one end is not a 'data' event at the other.",
    mend: "Cut at newlines, whatever chunks they come in.",
    read: ["04_receiving", "A stream has no messages"],
    mark: "two lines, one message",
    entry: (scene) => scene.lastPrint(scene.line ?? ""),
  },
  {
    id: "first-line-only",
    asks: "What happens to the rest of a chunk after its first line?",
    when: ({ step }) => step === "joined lines",
    says: "Two lines came in one chunk, and the second one is lost.",
    mend: "Take every line of a chunk, not only the first.",
    read: ["04_receiving", "A stream has no messages"],
    mark: "the second line is lost",
  },
  {
    id: "torn-character",
    asks: "What does your decoder make of half a character?",
    when: (scene) =>
      (["cut character", "byte by byte"].includes(scene.step) &&
        (scene.cannotDecode ||
          scene.surfaces.some((one) => one.includes("\ufffd")))) ||
      (scene.step === "cut character" && !anySurfaced(scene)),
    says: (scene) =>
      anySurfaced(scene) && !scene.cannotDecode
        ? "A chunk ended inside a character, and both halves became U+FFFD (\ufffd): the server decodes each chunk by itself."
        : "A chunk ended inside a character, and nothing is left of the message: the server decodes each chunk by itself, which fails at half a character.",
    mend: "Decode whole lines, or let one decoder see all chunks (setEncoding).",
    read: ["04_receiving", "Bytes stay bytes"],
    mark: "half a character",
    entry: (scene) =>
      scene.entries.findLast(
        (entry) =>
          entry.kind === "send" &&
          entry.from !== "server" &&
          entry.bytes.toString("utf8").includes("\ufffd"),
      ),
  },
  {
    id: "limit-too-small",
    asks: "How long may a line become before your program, or what it reads with, gives up?",
    when: ({ step }) => step === "long line",
    says: "A line of 100 KiB is lost, or comes in parts, where short lines come whole: a buffer or a limit is smaller than the line.",
    mend: "Keep a line until its newline comes, up to a megabyte, say. Readers of lines have limits of their own: asyncio's 64 KiB (start_server(…, limit=2**20)), Go's Scanner 64 KiB (Buffer()); in C, let the buffer grow.",
    read: ["04_receiving", "A line has a limit"],
    mark: "not whole",
  },
  {
    id: "half-lines",
    asks: "Where is the beginning of a line kept until its end arrives?",
    when: (scene) =>
      ["cut line", "cut character", "byte by byte", "two halves"].includes(
        scene.step,
      ) &&
      !mixesLines(scene) &&
      (scene.step !== "two halves" || passesHalvesOn(scene)),
    says: ({ step }) =>
      step === "two halves"
        ? "Two clients were in the middle of a line each, and their halves were mixed: each chunk is passed on as it comes, and no unfinished line is kept until its end."
        : step === "byte by byte"
          ? "A line came in many chunks, and only a part of them is in the message: what is unfinished is not kept until its newline comes."
          : "A line came in two chunks and was taken for two messages: the unfinished end of a chunk is not kept for the next one.",
    mend: "Keep what follows the last newline, and put the next chunk behind it.",
    read: ["04_receiving", "The unfinished tail"],
    mark: "only a part of the line",
  },
  {
    id: "shared-buffer",
    asks: "How many clients write into the variable that holds the unfinished line?",
    when: (scene) =>
      mixesLines(scene) ||
      (scene.step === "two halves" && !passesHalvesOn(scene)),
    says: (scene) =>
      `${halfSpeaker(scene)} had sent half a line when somebody else spoke, and the two got in each other's way: all clients share one buffer.`,
    mend: "Keep the unfinished line of each client apart, in its own variable.",
    read: ["04_receiving", "One buffer for each client"],
    mark: "lines of two clients mixed",
  },
  {
    id: "stray-return",
    asks: "Which two bytes end a line on Windows, and which of them do you cut off?",
    when: ({ step }) => step === "stray CR",
    says: 'A client ends its lines with CR LF, as Windows and telnet do, and the CR stayed in the message: "bob\\r".',
    mend: "Cut at \\n and drop one \\r before it.",
    read: ["04_receiving", "Carriage returns"],
    mark: "a CR in the message",
    entry: (scene) => scene.lastPrint(scene.line ?? ""),
  },
  {
    id: "endless-line",
    asks: "How long can an unfinished line become in your program?",
    when: ({ check, step, exit }) =>
      check === "endless-line" &&
      (step === "memory" || step === "too long" || exit !== undefined),
    says: "A client that never sends a newline fills the server's memory: the unfinished line has no limit.",
    mend: "Give an unfinished line a limit, and cut off who goes beyond it.",
    read: ["04_receiving", "A line has a limit"],
  },
  {
    id: "received-at-end",
    asks: "What does your loop wait for before it passes on what it has read?",
    when: ({ check, step, entries, who }) => {
      const left = entries.findIndex(
        (entry) => entry.kind === "fin" && entry.from === who,
      );
      if (check !== "receives" || step !== "surfaces" || left < 0) return false;
      const said = entries.slice(0, left).flatMap((entry) => {
        const own = entry.kind === "send" && entry.from === who;
        return own ? [entry.bytes.toString().trim()] : [];
      });
      const tells = (entry: Scene["entries"][number]) =>
        (entry.kind === "print" ||
          (entry.kind === "send" && entry.from === "server")) &&
        said.some((line) => entry.bytes.toString().includes(line));
      const first = entries.findIndex(tells);
      return first > left;
    },
    says: ({ who }) =>
      `What ${who} had said turned up when ${who} had left, and not before: the server reads until the end of the connection.`,
    mend: "Pass each line on when its newline comes.",
    read: ["04_receiving", "A stream has no messages"],
    mark: "not received",
  },
  {
    id: "first-message-only",
    asks: "How often does your program read from one client?",
    when: ({ check, step, surfaces, entries, who }) =>
      check === "receives" &&
      step === "surfaces" &&
      entries.some(
        (entry) =>
          entry.kind === "send" &&
          entry.from === who &&
          surfaces.some((one) => one.includes(entry.bytes.toString().trim())),
      ),
    says: ({ who }) =>
      `${who}'s first message was received, and none after it: the server reads once from each client.`,
    mend: "Use on('data'), not once('data'); read in a loop, not once.",
    read: ["04_receiving", "A stream has no messages"],
    mark: "not received",
  },
  {
    id: "not-received",
    asks: "Which sockets does your program read, and since when?",
    when: ({ step }) => step === "surfaces",
    says: ({ who }) =>
      `What ${who} says is neither printed nor sent to anybody: the server does not receive it.`,
    mend: "Read every client's socket: a 'data' listener for each.",
    read: ["04_receiving", "A stream has no messages"],
    mark: "not received",
  },
  // Chapter 05
  {
    id: "echo",
    asks: "For whom does the loop over the clients write, and for whom should it not?",
    when: ({ step }) => step === "echo",
    says: "The server sends every line back to the client that said it.",
    mend: "Skip the sender in the loop.",
    read: ["05_broadcasting", "Everyone but"],
    mark: ({ who }) => `${who} hears the own line`,
  },
  {
    id: "heard-twice",
    asks: "How many writes does one line cause for one client?",
    when: ({ check, step }) => step === "twice" && check !== "coming-and-going",
    says: ({ who }) => `${who} heard one line more than once.`,
    mend: "Send each line once to each client: one listener, one loop, one write.",
    read: ["05_broadcasting", "Everyone but"],
    mark: "once more",
  },
  {
    id: "no-newline",
    asks: "How does a reader know where your message ends?",
    when: ({ step }) => step === "glued",
    says: "Lines arrive joined: the server cuts the newline off and does not put it back.",
    mend: "Send each line with its newline.",
    read: ["05_broadcasting", "Whole lines, own lines"],
    mark: "two messages in one line",
  },
  {
    id: "died-of-leaver",
    asks: "Who is still in the set when the next line is sent?",
    when: (scene) =>
      // Its connections end a moment before it does.
      (scene.exit !== undefined ||
        (scene.check === "everyone-but" && scene.step === "cut off")) &&
      isFromClient(scene, "fin") &&
      !scene.has("signal"),
    says: "A client left, and the server died when it spoke to the others: it still writes to who is gone.",
    mend: "Take a client out of the set when its connection closes.",
    read: ["06_disconnecting", "Writing to somebody who is gone"],
    mark: "the server died",
    entry: ({ exit }) => exit,
  },
  {
    id: "changed-while-iterating",
    asks: "What happens to the places behind an element that is taken out during the loop?",
    when: ({ check, step, entries }) =>
      (step === "hears" || step === "lost") &&
      check === "everyone-but" &&
      entries.some(({ kind }) => kind === "fin" || kind === "reset"),
    says: (scene) =>
      `After ${leaver(scene)} had left, ${scene.who} missed a line: the list of clients was changed while a loop went over it, and the neighbour slid into the place that the loop had passed.`,
    mend: "Keep clients in a Set, which may lose members during a loop, and remove them in 'close'.",
    read: ["05_broadcasting", "Nobody else runs meanwhile"],
    mark: ({ who }) => `${who} is skipped`,
  },
  {
    id: "awaits-in-loop",
    asks: "Who can join or leave while your loop waits?",
    when: ({ check, step }) =>
      check === "coming-and-going" &&
      ["hears", "lost", "twice", "order", "greets"].includes(step),
    says: ({ step, who }) =>
      `While others came and went, ${who} ${step === "twice" ? "heard a line twice" : "missed a line"}: the loop over the clients waits at each of them, and the list is another one when it goes on.`,
    mend: "Do not await inside the loop; write to everyone in one go.",
    read: ["05_broadcasting", "Nobody else runs meanwhile"],
    mark: ({ step, who }) =>
      step === "twice" ? "once more" : `${who} is skipped`,
  },
  {
    id: "late-broadcast",
    asks: "When is a line sent, and who may have come or gone until then?",
    when: (scene) =>
      scene.step === "greets" &&
      !isSent(scene, scene.line ?? "") &&
      passedOn(scene) > 1,
    says: "What is said is heard when the next line is said, and not before: the server keeps the last line of all back.",
    mend: "Uncork in setImmediate, which comes whether anybody speaks or not.",
    read: ["08_batching", "One write for each turn"],
    mark: ({ who }) => `${who} has not heard it yet`,
  },
  {
    id: "newest-only",
    asks: "How many clients does the variable hold to which you send?",
    when: (scene) =>
      (scene.step === "greets" || scene.step === "hears") &&
      scene.check === "everyone-but" &&
      isSent(scene, scene.line ?? ""),
    says: ({ who }) =>
      `Some client hears what is said, and ${who} does not: the server does not send to everyone that it knows.`,
    mend: "Keep every client in a set, and loop over all of it; a variable holds only the newest.",
    read: ["05_broadcasting", "Everyone but"],
    mark: ({ who }) => `${who} hears nothing`,
  },
  {
    id: "no-broadcast",
    asks: "Which line of your program writes to the other clients, and does it run?",
    when: ({ step }) => step === "greets",
    says: "Nobody hears what is said: the server receives, if at all, and does not send.",
    mend: "Write each line to every other client, and see that it leaves.",
    read: ["05_broadcasting", "Everyone but"],
    mark: ({ who }) => `${who} hears nothing`,
  },
  {
    id: "out-of-order",
    asks: "What can make the second line of a client overtake the first?",
    when: ({ step }) => step === "order",
    says: "Lines of one client arrive in another order than they were said.",
    mend: "Write in the order of arrival; wait for nothing in between.",
    read: ["05_broadcasting", "Nobody else runs meanwhile"],
    mark: "too early",
  },
  // Chapter 07, of what chapter 06 asks for, too
  {
    id: "cut-off-early",
    asks: "How many bytes may wait for one client before you give it up?",
    when: ({ step }) => step === "cut off early",
    says: ({ who }) =>
      `${who} did not read for a while, and the server ended the connection when little was pending: the first false of write() says that bytes wait, not that somebody is lost.`,
    mend: "Compare writableLength with a limit of some megabytes, and cut off who is beyond it.",
    read: ["07_slow_consumers", "Who pays"],
    mark: "cut off for a pause",
  },
  {
    id: "drops-lines",
    asks: "What becomes of a line for a client that has not read the last one yet?",
    when: ({ step, check }) =>
      check === "slow-consumer" && step === "pending lost",
    says: ({ who }) =>
      `${who} did not read for a while and then read on, and lines are missing: the server leaves out who has something pending. Nobody sees that hole.`,
    mend: "Write every line to every client, up to a limit, and cut off who is beyond it.",
    read: ["07_slow_consumers", "Who pays"],
    mark: "lines are missing",
  },
  // Chapter 06
  {
    id: "write-after-end",
    asks: "In which state is the socket of a client that has said FIN?",
    when: ({ check, step }) =>
      check === "half-closed" &&
      ["pending lost", "is left", "cut off"].includes(step),
    says: "Ben had ended his direction (FIN) and was still reading what was said before. The server wrote him one line more, behind its own FIN: that fails, and takes all pending bytes along.",
    mend: "Write only to sockets that are `writable`.",
    read: ["06_disconnecting", "Half an ending"],
    mark: "pending lines are lost",
  },
  {
    id: "ends-without-a-word",
    asks: "How does somebody at the terminal learn why the server ended?",
    when: ({ exit, step }) => step === "says goodbye" && exit?.signal === null,
    says: ({ exit }) =>
      `The server ended at the signal, with exit code ${exit?.code}, and did not say a word about it.`,
    mend: "Print a line in the signal's listener, before you end the clients.",
    read: ["06_disconnecting", "Ending the server"],
    mark: "without a word",
    entry: ({ exit }) => exit,
  },
  {
    id: "no-shutdown",
    asks: "What does Node do at SIGINT when nobody listens for it?",
    when: ({ exit, step }) =>
      typeof exit?.signal === "string" ||
      (step === "says goodbye" && exit !== undefined),
    says: ({ exit }) =>
      `The signal killed the server on the spot (${exit?.signal ?? `exit code ${exit?.code}`}): it has no listener for it.`,
    mend: "Listen for SIGINT and SIGTERM, and end in order.",
    read: ["06_disconnecting", "Ending the server"],
    mark: "on the spot",
    entry: ({ exit }) => exit,
  },
  {
    id: "close-is-not-end",
    asks: "What does server.close() do with clients that are connected?",
    when: ({ check, step }) =>
      check === "shutdown" && (step === "is left" || step === "ends"),
    says: "The server stopped listening and never ended: server.close() only refuses new clients, and waits for the old ones to leave.",
    mend: "End every client yourself, then the server ends.",
    read: ["06_disconnecting", "Ending the server"],
    mark: "still connected",
  },
  {
    id: "exit-drops-pending",
    asks: "Where are the bytes that write() has accepted and the kernel has not?",
    when: ({ check, step }) =>
      check === "last-words" &&
      ["pending lost", "is left", "exit code"].includes(step),
    says: "At Ctrl-C the server ended at once, and the lines that were pending for a slow client are lost.",
    mend: "End each client with end(), which delivers first; no process.exit(), no destroy().",
    read: ["06_disconnecting", "Ending the server"],
    mark: "pending lines are lost",
  },
  {
    id: "waits-for-frozen",
    asks: "How long will a client that never reads keep your server from ending?",
    when: ({ check }) => check === "frozen-shutdown",
    says: "One client that does not read keeps the server from ending: its pending bytes never leave.",
    mend: "Give an ending connection a time limit, and destroy it then.",
    read: ["06_disconnecting", "Ending the server"],
    mark: "waited for in vain",
  },
  // Chapter 07
  {
    id: "waits-for-slow",
    asks: "For whom does the loop wait before it goes on to the next client?",
    when: ({ step }) => step === "flood stands still" || step === "flood",
    says: (scene) =>
      `${sleeper(scene)} does not read, and now the others hear nothing either: the server waits for ${sleeper(scene)} before it sends to them, or leaves them out because of ${sleeper(scene)}.`,
    mend: "Never wait for one client in the loop over all of them.",
    read: ["07_slow_consumers", "Who pays"],
    mark: "hears nothing any more",
  },
  {
    id: "unbounded-pending",
    asks: "What does write() do with bytes that the kernel does not take?",
    when: ({ check, step, exit }) =>
      check === "slow-consumer" && (step === "memory" || exit !== undefined),
    says: (scene) =>
      `${sleeper(scene)} does not read, and all that is said piles up for ${sleeper(scene)} in the server: write() takes everything and returns false, which nobody looks at.`,
    mend: "Limit what may be pending for one client, and cut off who exceeds it.",
    read: ["07_slow_consumers", "Pending bytes"],
    mark: "piles up",
  },
  {
    id: "cut-off",
    asks: "Whose bytes do you count before you cut somebody off?",
    when: ({ step }) => step === "cut off",
    says: ({ who }) =>
      `The server ended the connection of ${who}, who reads everything.`,
    mend: "Cut off a client for its own pending bytes only, and not for few.",
    read: ["07_slow_consumers", "Who pays"],
    mark: "cut off",
  },
  // Chapter 08
  {
    id: "many-writes",
    asks: "How many system calls does it take to send ten lines to one client?",
    when: ({ step }) => step === "writes",
    says: "Lines that came together were sent one by one, each with a system call of its own, which costs more than all the rest.",
    mend: "Cork a socket at the first write of a turn, and uncork it in setImmediate.",
    read: ["08_batching", "One write for each turn"],
  },
];
