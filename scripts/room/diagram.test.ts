import assert from "node:assert/strict";
import test from "node:test";
import { diagram } from "./diagram.ts";
import { Transcript } from "./transcript.ts";

const bytes = (text: string) => Buffer.from(text);

test("diagram() draws who says what to whom, and where it went wrong", () => {
  const log = new Transcript(1000);
  log.add({ kind: "join", who: "Ada" });
  const said = bytes("k3f9a2\n");
  log.add({ kind: "send", from: "Ada", to: "server", bytes: said });
  log.add({ kind: "send", from: "server", to: "Ben", bytes: said });
  const echo = { kind: "send", from: "server", to: "Ada" } as const;
  log.add({ ...echo, bytes: said }).mark = "Ada hears the own line";
  assert.equal(
    diagram(log.entries, "server"),
    [
      "Ada  joins",
      'Ada  ──"k3f9a2⏎"──▶ server',
      '      server ──"k3f9a2⏎"──▶ Ben',
      '      server ──"k3f9a2⏎"──▶ Ada     ✗ Ada hears the own line',
    ].join("\n"),
  );
});

test("diagram() makes control characters visible and long chunks short", () => {
  const log = new Transcript(1000);
  const send = { kind: "send", from: "Ada", to: "server" } as const;
  log.add({ ...send, bytes: bytes("\x1b[2J\r\n") });
  log.add({ ...send, bytes: bytes("x".repeat(5000)) });
  assert.equal(
    diagram(log.entries, "server"),
    [
      'Ada  ──"␛[2J␍⏎"──▶ server',
      `Ada  ──"${"x".repeat(48)}…" (5000 bytes)──▶ server`,
    ].join("\n"),
  );
});

test("diagram() counts the chunks of a flood instead of drawing them", () => {
  const log = new Transcript(1000);
  for (let n = 0; n < 10; n++) {
    const send = { kind: "send", from: "Ada", to: "server" } as const;
    log.add({ ...send, bytes: bytes(`${n}`) });
  }
  const drawn = diagram(log.entries, "server").split("\n");
  assert.equal(drawn.length, 4);
  assert.match(drawn.at(-1) ?? "", /… 7 more chunks/);
});

test("diagram() shows the last steps and says that there were others", () => {
  const log = new Transcript(1000);
  for (let n = 0; n < 30; n++) log.add({ kind: "join", who: `G${n}` });
  const drawn = diagram(log.entries, "server", 5).split("\n");
  assert.deepEqual(drawn.length, 6);
  assert.equal(drawn[0], "…");
  assert.match(drawn.at(-1) ?? "", /G29/);
});
