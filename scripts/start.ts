/**
 * npm start [-- --at CHAPTER]
 *
 * The student's loop: where you are, the verdict on each save, hints, and what
 * comes next. Without a terminal it prints the state and ends.
 */
import { run, UsageError } from "./command/run.ts";
import { Loop } from "./student/loop.ts";
import { Session } from "./student/session.ts";
import { catchUp } from "./student/submission.ts";
import { header, list } from "./student/view.ts";
import { findChapter, shortPath } from "./workbook/chapters.ts";

await run(
  {
    usage: "npm start [-- --at CHAPTER]",
    about: "A verdict on your program at every save, chapter by chapter.",
    options: {
      at: {
        type: "string",
        help: "CHAPTER to begin at; your program is kept aside",
      },
    },
  },
  async ({ options, positionals }) => {
    if (positionals.length > 0) {
      throw new UsageError(`Unknown word "${positionals[0]}".`);
    }
    const session = await Session.open();
    const notes: string[] = [];
    if (options.at !== undefined) {
      const chapter = findChapter(options.at);
      const kept = catchUp(chapter);
      session.goTo(chapter);
      if (kept) notes.push(`Your own program is kept as ${shortPath(kept)}.`);
      notes.push(
        `${shortPath(session.file)} is now the program that ${chapter.name} begins with.`,
      );
    }
    if (session.makeFile()) {
      notes.push(`${shortPath(session.file)} was made for you.`);
    }
    if (process.stdin.isTTY && process.stdout.isTTY) {
      await new Loop(session, notes).run();
      return 0;
    }
    const { progress, checks, chapter, file, fingerprints, said } = session;
    if (said !== undefined) notes.push(said);
    for (const note of notes) console.log(`${note}\n`);
    console.log(`${header(chapter, file)}\n`);
    console.log(list(progress, checks, fingerprints));
    return 0;
  },
);
