/**
 * Where histories are held: one server process for many of them, for as long as
 * nothing goes wrong, or a fresh process for one.
 */
import type { Program } from "../room/launch.ts";
import { ServerRoom } from "../room/server_room.ts";
import { Spares } from "../room/spares.ts";
import type { Entry } from "../room/transcript.ts";

/** Rooms for histories with one program. */
export class House {
  readonly #program: Program;
  readonly #spares: Spares;
  #host: ServerRoom | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.#spares = new Spares(1);
  }

  #setup(seed: string, deadline: number) {
    const spares = this.#spares;
    return { program: this.#program, seed, deadline, spares, still: 0 };
  }

  /** A room with a process of its own. */
  async fresh(seed: string, deadline: number): Promise<ServerRoom> {
    await this.#spares.fill();
    return new ServerRoom(this.#setup(seed, deadline));
  }

  /** A room with the process that all such rooms share. */
  async shared(seed: string, deadline: number): Promise<ServerRoom> {
    let host = this.#host;
    if (!host || host.transcript.exit) {
      await host?.close();
      host = this.#host = await this.fresh("host", deadline);
      await host.start();
      await host.comesUp();
    }
    const room = new ServerRoom(this.#setup(seed, deadline));
    room.adopt(host.program);
    host.transcript.onEntry = (entry: Entry) => {
      if (entry.kind !== "print" && entry.kind !== "exit") return;
      const { at: _, mark: __, length: ___, ...happening } = entry;
      room.transcript.add(happening);
    };
    return room;
  }

  /** Ends the shared process: something went wrong in it. */
  async clear(): Promise<void> {
    await this.#host?.close();
    this.#host = undefined;
  }

  async close(): Promise<void> {
    await this.clear();
    await this.#spares.close();
  }
}
