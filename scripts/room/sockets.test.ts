/** Where a process listens, by what the kernel tells of it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { listeningOf } from "./sockets.ts";

const skip = process.platform !== "linux" && "only Linux has /proc";

test("the kernel tells where a process listens", { skip }, async () => {
  const server = createServer().listen(0, "127.0.0.2");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const found = listeningOf(process.pid);
  server.close();
  const own = found.find((one) => one.port === port);
  assert.deepEqual(own, { address: "127.0.0.2", port, family: "IPv4" });
});

test("of a process that is gone nothing is told", () => {
  assert.deepEqual(listeningOf(2 ** 22), []);
});
