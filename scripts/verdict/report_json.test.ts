import assert from "node:assert/strict";
import test from "node:test";
import type { Entry } from "../room/transcript.ts";
import type { Result } from "./hold.ts";
import { asJSON, fromJSON } from "./report_json.ts";

test("fromJSON() gives back what asJSON() was given, byte for byte", () => {
  const send = { kind: "send", from: "Ada", to: "server", at: 1 } as const;
  const transcript: Entry[] = [
    { ...send, bytes: Buffer.from("grüßt\n"), length: 8 },
    { ...send, bytes: Buffer.from([0xc3]), length: 1 },
    { kind: "join", who: "Ada", at: 0 },
  ];
  const check = { id: "x", title: "X", strand: "server" };
  const result = { check, verdict: "fail", transcript } as unknown as Result;
  const document = JSON.stringify(asJSON("server.ts", 1, [result]));
  const [back] = fromJSON(document);
  assert.deepEqual(back?.transcript, transcript);
});
