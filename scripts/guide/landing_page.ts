/** The first page: what you will build, and how it looks when it works. */
import type { Check } from "../room/check.ts";
import type { ServerRoom } from "../room/server_room.ts";
import { nameOf, questionOf, whyItWorks } from "../student/pages.ts";
import {
  CHAPTERS,
  type Chapter,
  ROOT,
  SOLUTIONS,
} from "../workbook/chapters.ts";
import { drawing } from "./drawing.ts";
import { readmeSection } from "./kit_page.ts";
import { inline } from "./markup.ts";
import type { Page } from "./pages.ts";
import type { Recorder } from "./record.ts";

/** The conversation on the first page: nothing but what a chat is for. */
const CONVERSATION: Check = {
  id: "first-page",
  title: "Ada, Ben and Cleo talk through the finished server",
  requirement: "server.broadcast",
  graded: false,
  needs: [],
  strand: "server",
  chapter: CHAPTERS.find(({ word }) => word === "batching") as Chapter,
  converse: async (room) => {
    const { joinAndBeTold, leaves } = room as ServerRoom;
    const [ada, ben] = await joinAndBeTold.call(room, "Ada", "Ben");
    const [one, two] = [ada, ben];
    if (!one || !two) throw new Error("Nobody has joined.");
    one.says("hello, Ben");
    await two.hears("hello, Ben");
    two.says("hello, Ada");
    await one.hears("hello, Ada");
    const [cleo] = await joinAndBeTold.call(room, "Cleo");
    if (!cleo) throw new Error("Cleo has not joined.");
    cleo.says("am I late?");
    await one.hears("am I late?");
    await two.hears("am I late?");
    const { output } = room.program;
    const before = output.mark;
    leaves.call(room, two);
    await room.printsSince(before, "logs a leave", "a line for Ben, who left");
  },
};

export async function wantLanding(recorder: Recorder): Promise<void> {
  await recorder.want(CONVERSATION, SOLUTIONS.server);
}

export function landingPage(recorder: Recorder): Page {
  const recording = recorder.get(CONVERSATION.id, SOLUTIONS.server);
  const list = CHAPTERS.map(
    (chapter) =>
      `<li><a href="chapters/${chapter.name}/index.html"><b>${chapter.number}</b> ${nameOf(chapter)}</a><span><i>${inline(questionOf(chapter))}</i> ${inline(whyItWorks(chapter))}</span></li>`,
  );
  const exercise = readmeSection("What you build")
    .split("\n\n")[0]
    ?.replace(/^The exercise: a/, "A");
  const [first] = CHAPTERS;
  return {
    url: "index.html",
    title: "Chat over TCP",
    short: "Start",
    folder: ROOT,
    markdown: `<div class="hero"><div>

# Chat over TCP

<p class="lead">In ten chapters you write a chat server that many people talk through at once, and a client that listens and speaks at the same time. In TypeScript, on Node, with nothing but its standard library.</p>

## The exercise

${exercise}

<p><a class="begin" href="chapters/${first?.name}/index.html">Begin with chapter ${first?.number}</a></p>

</div>

<figure class="talk first">${drawing(recording, "first", { rows: 40 })}<figcaption>A run of the finished server, recorded when this page was built. Time runs down. An outlined box is a chunk, a filled one a whole line; what the server prints stands on dark ground.</figcaption></figure>

</div>

## How it goes

Every claim in here is a recorded run. A *check* holds a conversation with a program over real TCP, and what was said and heard is what you see: as a figure on these pages, and in your terminal when your own program goes another way.

\`\`\`console skip="it goes on until you end it"
$ npm ci && npm start
\`\`\`

\`npm start\` makes your file, names the page to read, and watches: at every save you see what works, and if something does not, what your program did, and why.

## The chapters

<ol class="chapters">${list.join("")}</ol>
`,
  };
}
