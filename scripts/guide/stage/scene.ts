/** A scene: what a reader of a chapter does, at several terminals. */
import type { Terminal } from "./terminal.ts";

/** What a scene is played with. */
export interface Stage {
  /** Opens a terminal, in a folder that looks like the workbook's. */
  terminal(): Promise<Terminal>;
  /** Keeps what a terminal shows, or some of it, as the block of this name. */
  shows(
    block: string,
    terminal: Terminal,
    keeps?: (line: string) => boolean,
  ): void;
}

/** The terminal sessions of one chapter. */
export interface Scene {
  /** Plays them in the order in which the chapter tells them. */
  play(stage: Stage): Promise<void>;
  /**
   * What differs from run to run in a block: gives the text without it. Ports
   * are taken care of.
   */
  readonly chance?: Readonly<Record<string, (text: string) => string>>;
  /** Commands that must succeed for it to be played. */
  readonly needs?: readonly string[];
}
