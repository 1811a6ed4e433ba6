export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;
export const text = (data: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(data);
export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
export const buffer = (data: Bytes): ArrayBuffer => concat(data).buffer;

export function b64(data: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < data.length; at += 0x8000) binary += String.fromCharCode(...data.subarray(at, at + 0x8000));
  return btoa(binary);
}

export const unb64 = (given: string): Bytes => Uint8Array.from(atob(given), (one) => one.charCodeAt(0));
export const hex = (data: Uint8Array): string => Array.from(data, (one) => one.toString(16).padStart(2, "0")).join("");
export const unhex = (given: string): Bytes => Uint8Array.from(given.match(/../g) ?? [], (one) => parseInt(one, 16));

export function concat(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

export async function sha256(data: Bytes): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
}

export function pem(label: string, der: ArrayBuffer): string {
  const lines = b64(new Uint8Array(der)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** The DER of every block of this label in a PEM text. */
export function unpem(label: string, given: string): Bytes[] {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`, "g");
  return [...given.matchAll(block)].map((found) => unb64((found[1] ?? "").replace(/\s/g, "")));
}

/** Every PEM block of a text, one certificate each, as we write them. */
export const blocks = (given: string): string[] => unpem("CERTIFICATE", given).map((der) => pem("CERTIFICATE", der.buffer));

/** What comes out of a stream, piece by piece. */
export async function* pieces(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
