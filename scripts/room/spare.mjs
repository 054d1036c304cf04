// @ts-check
/**
 * The main module of a spare process. It does nothing; that it runs means that
 * Node and the loader of compiled programs are there. `preload.cjs` does the
 * rest.
 */
import { channel } from "node:diagnostics_channel";

channel("room:spare").publish({});
