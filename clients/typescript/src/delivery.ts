import { INDEX } from "./attaching.js";
import { type Bytes, text } from "./bytes.js";
import { committed } from "./commitment.js";
import { type Schemas } from "./connection.js";
import { untrue } from "./errors.js";
import { commitment, type Copy, type Files, type Manifest } from "./manifest.js";

/** An attached file, to be fetched with `Hub.download`. `title` is what its sender calls it. */
export type Part = Schemas["PartOut"];

interface Listed {
  name: string;
  media: string;
}

interface Piece {
  name: string;
  size: number;
  commitment: string;
}

/** Whether exactly what was signed is handed out, or the copies that a hub may make: a cleaned one in the place of an
 * attached PDF, converted ones beside files of the standard. Throws RenkeiError E-AUTH-COMMITMENT. */
export async function checkDelivery(
  manifest: Manifest,
  copies: Copy[],
  files: Files,
  salts: Record<string, Bytes>,
  parts: Part[],
): Promise<void> {
  const pieces = expected(manifest, copies, files[INDEX]);
  const apart = new Map(parts.map((part) => [part.name, part]));
  const there = [...Object.keys(files), ...apart.keys()].sort().join();
  if (pieces.map((one) => one.name).sort().join() !== there) throw wrong("other files than signed");
  for (const piece of pieces) {
    const [part, data, salt] = [apart.get(piece.name), files[piece.name], salts[piece.name]];
    const found = part ?? (data && salt && { size: data.byteLength, commitment: await commitment(salt, data) });
    const isWhole = part || salt?.byteLength === 32;
    if (!isWhole || found?.size !== piece.size || found.commitment !== piece.commitment) throw wrong(piece.name);
  }
}

/** Whether a unit that was sent earlier holds these very files, opened with the salts of then. Throws as `checkDelivery`. */
export async function checkOwn(
  manifest: Manifest,
  salts: Record<string, Bytes>,
  own: Record<string, Bytes | Blob>,
): Promise<void> {
  const names = manifest.files.map((one) => one.name);
  if (names.sort().join() !== Object.keys(own).sort().join()) throw wrong("other files than signed earlier");
  for (const entry of manifest.files) {
    const [salt, content] = [salts[entry.name], own[entry.name]];
    const found = salt?.byteLength === 32 && content && (await committed(salt, content));
    if (!found || found.size !== entry.size || found.commitment !== entry.commitment) throw wrong(entry.name);
  }
}

function expected(manifest: Manifest, copies: Copy[], index: Bytes | undefined): Piece[] {
  const listed = index ? (JSON.parse(text(index)) as { files: Listed[] }).files : [];
  const names = manifest.files.map((one) => one.name);
  const taken = new Set(names.map((name) => name.toLowerCase()));
  const cleaned = new Map<string, Copy>();
  for (const copy of copies) {
    const about = listed.find((one) => one.name === copy.file);
    const fits = copy.made === "cleaned" ? about?.media === "application/pdf" : !about;
    const isNew = !taken.has(copy.name.toLowerCase());
    if (!fits || !isNew || copy.file === INDEX || !names.includes(copy.file)) throw wrong(`a copy: ${copy.name}`);
    taken.add(copy.name.toLowerCase());
    if (copy.made !== "cleaned") continue;
    if (cleaned.has(copy.file)) throw wrong(`two copies: ${copy.name}`);
    cleaned.set(copy.file, copy);
  }
  const converted = copies.filter((copy) => copy.made !== "cleaned");
  return [...manifest.files.map((one) => cleaned.get(one.name) ?? one), ...converted];
}

const wrong = (detail: string) => untrue(detail, "E-AUTH-COMMITMENT");
