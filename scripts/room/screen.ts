/** What a person sees: a program's output as a terminal shows it. */
import xterm from "@xterm/headless";
import type { Running } from "./process.ts";
import type { Transcript } from "./transcript.ts";
import type { Size } from "./transport.ts";

export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #transcript: Transcript;

  constructor(program: Running, { columns, rows }: Size, log: Transcript) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
    });
    this.#transcript = log;
    // The terminal draws a little later; then the waits look.
    const show = (chunk: Buffer | string) =>
      this.#terminal.write(chunk, () => log.look());
    if (program.output.text !== "") show(program.output.text);
    program.onOutput = show;
  }

  /** The rows with something on them, from the top. */
  get rows(): string[] {
    const buffer = this.#terminal.buffer.active;
    const rows: string[] = [];
    for (let y = 0; y < buffer.length; y++) {
      rows.push(buffer.getLine(y)?.translateToString(true) ?? "");
    }
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }

  /** The row in which the cursor stands. */
  get cursorRow(): string {
    const buffer = this.#terminal.buffer.active;
    const line = buffer.getLine(buffer.baseY + buffer.cursorY);
    return line?.translateToString(true) ?? "";
  }

  /** All rows as one text, wrapped lines put together. */
  get text(): string {
    const buffer = this.#terminal.buffer.active;
    let text = "";
    for (let y = 0; y < buffer.length; y++) {
      const line = buffer.getLine(y);
      if (y > 0 && !line?.isWrapped) text += "\n";
      text += line?.translateToString(!buffer.getLine(y + 1)?.isWrapped) ?? "";
    }
    return text.trimEnd();
  }

  /** Waits until the screen looks as `holds` says. */
  shows(what: string, step: string, holds: () => boolean): Promise<void> {
    return this.#transcript.until(holds, {
      what: `the screen to show ${what}`,
      step,
    });
  }
}
