/** Listening on localhost as the checker: on 127.0.0.1 and on ::1. */
import { once } from "node:events";
import {
  type AddressInfo,
  createServer,
  type Server,
  type Socket,
} from "node:net";

/** Free ports that are tried before giving up: one family's may be taken. */
const TRIES = 20;

/** Listening sockets on both families, with one port. */
export class Localhost {
  readonly port: number;
  readonly #servers: readonly Server[];

  private constructor(port: number, servers: readonly Server[]) {
    this.port = port;
    this.#servers = servers;
  }

  /**
   * Listens. Port 0 takes a free one. A machine without IPv6 has one localhost
   * only.
   *
   * @throws {Error} with a sentence, when the port is taken
   */
  static async listen(
    port: number,
    onConnection: (socket: Socket) => void,
  ): Promise<Localhost> {
    for (let tries = 1; ; tries++) {
      const servers: Server[] = [];
      try {
        let taken = port;
        for (const host of ["127.0.0.1", "::1"]) {
          const server = createServer({ allowHalfOpen: true }, onConnection);
          server.listen(taken, host);
          try {
            await once(server, "listening");
          } catch (error) {
            const { code = "" } = error as NodeJS.ErrnoException;
            const absent = ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(code);
            if (absent && servers.length > 0) continue;
            throw error;
          }
          taken = (server.address() as AddressInfo).port;
          servers.push(server);
        }
        return new Localhost(taken, servers);
      } catch (error) {
        for (const server of servers) server.close();
        if (port === 0 && tries < TRIES) continue;
        throw new Error(
          `The check cannot listen on port ${port}: ${(error as Error).message}. End the program that has it and try again.`,
        );
      }
    }
  }

  /** Stops listening, at once; connections stay. */
  close(): void {
    for (const server of this.#servers) server.close();
  }
}
