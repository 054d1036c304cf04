/**
 * As much of Node's Buffer as the framings of chapter 04 use, for a browser.
 * A test holds it against Node's own.
 */
export class Buffer extends Uint8Array {
  /** The bytes of all `parts`, one behind the other. */
  static concat(parts: readonly Uint8Array[]): Buffer {
    const all = new Buffer(parts.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** The UTF-8 bytes of a text. */
  static encode(text: string): Buffer {
    return Buffer.concat([new TextEncoder().encode(text)]);
  }

  /** The text of these bytes; what is no UTF-8 becomes U+FFFD, as in Node. */
  override toString(): string {
    // `ignoreBOM` keeps a byte order mark, as Node does.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this);
  }
}
