/**
 * A chat server in German: names and log lines. Whatever happens is an event
 * (Ereignis), and one function decides with a `switch` what follows from it.
 */
import { createServer, type Socket } from "node:net";

type Ereignis =
  | { art: "gekommen" }
  | { art: "daten"; stueck: string }
  | { art: "stoerung"; grund: string }
  | { art: "gegangen" };

interface Teilnehmer {
  anschluss: Socket;
  rufname: string;
  rest: string;
}

const alle: Teilnehmer[] = [];
let nummer = 0;

function verarbeite(wer: Teilnehmer, ereignis: Ereignis): void {
  switch (ereignis.art) {
    case "gekommen":
      alle.push(wer);
      console.log(`${wer.rufname} ist da (${alle.length} verbunden)`);
      break;
    case "daten":
      wer.rest += ereignis.stueck;
      schneide(wer);
      break;
    case "stoerung":
      console.log(`${wer.rufname}: Störung, ${ereignis.grund}`);
      break;
    case "gegangen": {
      const stelle = alle.indexOf(wer);
      if (stelle !== -1) alle.splice(stelle, 1);
      console.log(`${wer.rufname} ist weg (${alle.length} verbunden)`);
      break;
    }
  }
}

/** Sends each finished line to the others; the rest waits for its newline. */
function schneide(wer: Teilnehmer): void {
  const zeilen = wer.rest.split("\n");
  wer.rest = zeilen.pop() ?? "";
  for (const zeile of zeilen) {
    for (const anderer of alle) {
      if (anderer === wer) continue;
      if (anderer.anschluss.writable) anderer.anschluss.write(`${zeile}\n`);
    }
  }
}

const zentrale = createServer((anschluss) => {
  nummer += 1;
  const wer = { anschluss, rufname: `Teilnehmer ${nummer}`, rest: "" };
  anschluss.setEncoding("utf8");
  anschluss.on("data", (daten) =>
    verarbeite(wer, { art: "daten", stueck: daten.toString() }),
  );
  anschluss.on("error", (f) =>
    verarbeite(wer, { art: "stoerung", grund: f.message }),
  );
  anschluss.on("close", () => verarbeite(wer, { art: "gegangen" }));
  verarbeite(wer, { art: "gekommen" });
});
zentrale.on("error", (f) => {
  console.error(`Kein Server: ${f.message}`);
  process.exit(1);
});
zentrale.listen(8888, "localhost", () => console.log("Bereit auf 8888"));
