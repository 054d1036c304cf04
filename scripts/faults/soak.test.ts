/** That a soak finds what grows, and takes noise for noise. */
import assert from "node:assert/strict";
import test from "node:test";
import { numbers } from "../room/tokens.ts";
import { isFlat, slopeOf } from "./soak.ts";

const xs = Array.from({ length: 50 }, (_, n) => n);

test("slopeOf() finds a line, and its error is that of the noise", () => {
  const exact = slopeOf(
    xs,
    xs.map((x) => 3 + 2 * x),
  );
  assert.ok(Math.abs(exact.slope - 2) < 1e-9 && exact.error < 1e-6);
  const random = numbers("noise");
  const noisy = slopeOf(
    xs,
    xs.map((x) => 2 * x + random()),
  );
  assert.ok(Math.abs(noisy.slope - 2) < 4 * noisy.error && noisy.error > 0);
});

test("isFlat() takes noise for noise, and growth for growth", () => {
  const random = numbers("flat");
  const noise = xs.map(() => random());
  assert.ok(isFlat(slopeOf(xs, noise), 0.05));
  const growth = xs.map((x, n) => 0.5 * x + (noise[n] ?? 0));
  assert.ok(!isFlat(slopeOf(xs, growth), 0.05));
});
