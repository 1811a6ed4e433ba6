import { sha256 } from "@noble/hashes/sha2";

import { type Bytes, hex, pieces } from "./bytes.js";

/** SHA-256(salt ‖ bytes) of bytes that come piece by piece. */
export class Commitment {
  readonly #hash = sha256.create();
  size = 0;

  constructor(salt: Bytes) {
    this.#hash.update(salt);
  }

  add(piece: Bytes): void {
    this.#hash.update(piece);
    this.size += piece.byteLength;
  }

  /** In hexadecimal; nothing can be added any more. */
  get value(): string {
    return hex(this.#hash.digest());
  }
}

/** Size and commitment of a content, flat in memory where it is a Blob. */
export async function committed(salt: Bytes, content: Bytes | Blob): Promise<{ size: number; commitment: string }> {
  const made = new Commitment(salt);
  if (content instanceof Blob) for await (const piece of pieces(content.stream())) made.add(piece);
  else made.add(content);
  return { size: made.size, commitment: made.value };
}
