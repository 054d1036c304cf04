/**
 * A chat client in German: each line of the server is printed behind the word
 * "Nachricht:", and each line that is typed goes to the server.
 */
import { Socket } from "node:net";
import { createInterface } from "node:readline";

const leitung = new Socket();
const tastatur = createInterface({ input: process.stdin });
let angefangen = "";

function empfange(text: string): void {
  angefangen += text;
  while (angefangen.includes("\n")) {
    const ende = angefangen.indexOf("\n");
    console.log(`Nachricht: ${angefangen.slice(0, ende)}`);
    angefangen = angefangen.slice(ende + 1);
  }
}

function sende(zeile: string): void {
  if (leitung.writable) {
    leitung.write(`${zeile}\n`);
  } else {
    console.error("Es besteht keine Verbindung.");
  }
}

leitung.setEncoding("utf8");
leitung.on("connect", () => console.log("Die Leitung steht."));
leitung.on("data", (daten) => empfange(daten.toString()));
leitung.on("error", (stoerung) => {
  console.error(`Störung: ${stoerung.message}`);
  process.exitCode = 1;
});
leitung.on("close", () => {
  if (angefangen !== "") empfange("\n");
  console.log("Die Leitung ist getrennt.");
  tastatur.close();
});
tastatur.on("line", sende);
tastatur.on("close", () => leitung.end());

leitung.connect(8888, "localhost");
