/** Chapter 04: lines out of a stream of bytes. */
import { serverChecks } from "../../scripts/room/check.ts";

const check = serverChecks(import.meta.url);
const receive = { requirement: "server.receive" } as const;

check(
  "receives a message from each of three clients",
  { ...receive, id: "receives", graded: true, needs: ["concurrent"] },
  async (room) => {
    const people = await room.join("Ada", "Ben", "Cleo");
    // Twice around: the first message of a client is not its only one.
    const known = [];
    for (const speaker of people) known.push(await room.isReceived(speaker));
    for (const speaker of known) await room.isReceived(speaker);
  },
);

check(
  "receives each line whole, when TCP joins lines or cuts them",
  { ...receive, id: "whole-lines", graded: true, needs: ["receives"] },
  async (room) => {
    const [ada, ben] = await room.known("Ada", "Ben", "Cleo");

    const [first, second] = [room.line(), room.line()];
    ada.send(`${first}\n${second}\n`);
    await room.surfacesWhole(first, ada, "joined lines", second);
    await room.surfacesWhole(second, ada, "joined lines", first);

    const line = `${room.line()}-${room.line()}`;
    ada.send(line.slice(0, 10));
    await room.nudge(ben);
    ada.send(`${line.slice(10)}\n`);
    await room.surfacesWhole(line, ada, "cut line");

    const umlauts = Buffer.from(`${room.line()} grüßt ${room.line()}\n`);
    const middle = umlauts.indexOf("ü") + 1;
    ada.send(umlauts.subarray(0, middle));
    await room.nudge(ben);
    ada.send(umlauts.subarray(middle));
    const text = umlauts.toString("utf8").trimEnd();
    await room.surfacesWhole(text, ada, "cut character");
  },
);

check(
  "receives a line that comes byte by byte, and a line of 100 KiB",
  { ...receive, id: "any-pieces", graded: true, needs: ["whole-lines"] },
  async (room) => {
    const [ada, ben] = await room.known("Ada", "Ben", "Cleo");
    // In more than 256 pieces: a server may keep only so many of them apart.
    const slow = `${`${room.line()}-ö-€-😀-`.repeat(13)}${room.line()}`;
    await room.sendsInPieces(ada, `${slow}\n`, ben);
    await room.surfacesWhole(slow, ada, "byte by byte");

    const long = `${room.line().repeat(12 * 1024)}-${room.line()}`;
    ada.send(long);
    await room.nudge(ben);
    ada.send("\n");
    await room.surfacesWhole(long, ada, "long line");
  },
);

check(
  "keeps the half lines of two clients apart",
  { ...receive, id: "half-lines", graded: false, needs: ["whole-lines"] },
  async (room) => {
    const [ada, ben, cleo] = await room.known("Ada", "Ben", "Cleo");
    const adas = `${room.line()}-${room.line()}`;
    const bens = `${room.line()}-${room.line()}`;
    ada.send(adas.slice(0, 9));
    await room.nudge(cleo);
    ben.send(bens.slice(0, 9));
    await room.nudge(cleo);
    ada.send(`${adas.slice(9)}\n`);
    await room.surfacesWhole(adas, ada, "two halves");
    ben.send(`${bens.slice(9)}\n`);
    await room.surfacesWhole(bens, ben, "two halves");
  },
);

check(
  "takes the carriage return of a CRLF client for part of the line's end",
  { ...receive, id: "crlf", graded: false, needs: ["receives"] },
  async (room) => {
    const [ada] = await room.known("Ada", "Ben");
    const line = room.line();
    ada.send(`${line}\r\n`);
    await room.surfacesWhole(line, ada, "CRLF");
    room.expectNoStrayReturn(line);
  },
);

check(
  "does not keep an endless line for ever",
  { ...receive, id: "endless-line", graded: false, needs: ["receives"] },
  async (room) => {
    const [ada, ben] = await room.known("Ada", "Ben", "Cleo");
    await room.expectEndlessLineForgotten(ada, () => ada.flushed());
    await room.nudge(ben);
  },
);
