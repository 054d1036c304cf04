/** How pages are set: quotes, units, and what stays as it is. */
import assert from "node:assert/strict";
import test from "node:test";
import { typeset } from "./markup.ts";

const cases: [title: string, html: string, set: string][] = [
  [
    "quotes open and close",
    "<p>&quot;hel&quot; and (&quot;lo&quot;)</p>",
    "<p>“hel” and (“lo”)</p>",
  ],
  [
    "an apostrophe closes, behind code as well",
    "<p>Ada's <code>tail</code>'s end</p>",
    "<p>Ada’s <code>tail</code>’s end</p>",
  ],
  [
    "a quote in front of an element opens, and behind it closes",
    "<p>\"<em>one</em>\" or '<b>two</b>'</p>",
    "<p>“<em>one</em>” or ‘<b>two</b>’</p>",
  ],
  [
    "code, listings, drawings and attributes stay",
    '<p title="it\'s"><code>\'data\'</code></p><pre>"x"</pre><svg><text>"y"</text></svg>',
    '<p title="it\'s"><code>\'data\'</code></p><pre>"x"</pre><svg><text>"y"</text></svg>',
  ],
  [
    "a number keeps its unit, and no other word",
    "<p>64 MB, 1 KiB, 2 s, 99 % and 5 steps, 10 Bytes</p>",
    "<p>64\u00a0MB, 1\u00a0KiB, 2\u00a0s, 99\u00a0% and 5 steps, 10 Bytes</p>",
  ],
];
for (const [title, html, set] of cases) {
  test(`typeset(): ${title}`, () => assert.equal(typeset(html), set));
}
