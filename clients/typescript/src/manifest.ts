import type { Attachment } from "./attaching.js";
import { type Bytes, concat, hex, random, sha256, text, utf8 } from "./bytes.js";
import { untrue } from "./errors.js";

export interface Address {
  office: string;
  service: string;
}

/** Files by name. */
export type Files = Record<string, Bytes>;

/** What travels together to one recipient under one sequence number. */
export interface Unit {
  recipient: Address;
  kind: string;
  months: string[];
  sequence: string;
  files: Files;
  /** What goes along with them, or by itself in a unit of the kind `attachment`. */
  attachments?: Attachment[];
}

export interface Manifest {
  hub: string;
  sender: Address;
  recipient: Address;
  kind: string;
  months: string[];
  sequence: string;
  created_at: string;
  sealed_by: string;
  files: { name: string; size: number; commitment: string }[];
}

export interface Receipt {
  hub: string;
  transmission: string;
  step: string;
  manifest: string;
  at: string;
  by: { hub?: string; office?: string; service?: string };
  sealed_by: string;
  findings: number;
  attached: string | null;
  copies?: Copy[];
}

/** What the hub made of the signed file `file`. */
export interface Copy {
  file: string;
  made: string;
  name: string;
  size: number;
  commitment: string;
}

const NAME = /^([A-Z0-9]+?)(?:_(\d{6}))?_([0-9A-Z]{10})_([0-9A-Z]{2})_([0-9A-Z]{10})_([0-9A-Z]{2})_(\d{14})\.(?:CSV|JSON)$/;
const KINDS: Record<string, string> = {
  UP1KYO: "care_plan",
  UPPLAN: "use_table",
  UPJSK: "actual",
  DLT1KYO: "care_plan_deletion",
  DLTPLAN: "use_table_deletion",
  DLTJSK: "actual_deletion",
};

/** The unit that these files of the standard make, by their names. Throws RenkeiError for files that are not of one. */
export function unitOf(files: Files): Unit {
  const read = Object.keys(files).map((name) => NAME.exec(name));
  const kind = read.map((one) => KINDS[one?.[1] ?? ""]).find(Boolean);
  const ends = new Set(read.map((one) => one?.slice(3).join()));
  const [, , month, , , office, service, sequence] = read[0] ?? [];
  if (!kind || ends.size !== 1 || !office || !service || !sequence) throw untrue("not the files of one unit", "E-UNIT");
  const months = month && month !== "000000" ? [month] : [];
  return { recipient: { office, service }, kind, months, sequence, files };
}

export const commitment = (salt: Bytes, data: Bytes): Promise<string> => sha256(concat(salt, data));

/** The bytes to be signed, and the salts of the files in hexadecimal; `attached` are entries of what goes along. */
export async function build(
  unit: Unit,
  hub: string,
  sender: Address,
  attached: Manifest["files"] = [],
): Promise<[Bytes, Record<string, string>]> {
  const salts: Record<string, string> = {};
  const files = [...attached];
  for (const [name, data] of Object.entries(unit.files)) {
    const salt = random(32);
    salts[name] = hex(salt);
    files.push({ name, size: data.byteLength, commitment: await commitment(salt, data) });
  }
  const created_at = now();
  const { recipient, kind, months, sequence } = unit;
  const said: Manifest = { hub, sender, recipient, kind, months, sequence, created_at, sealed_by: "program", files };
  return [utf8(JSON.stringify({ format: "renkei-manifest/1", ...said })), salts];
}

export const parseManifest = (data: Bytes): Manifest => parsed<Manifest>(data, "renkei-manifest/1");
export const parseReceipt = (data: Bytes): Receipt => parsed<Receipt>(data, "renkei-receipt/1");

/** The bytes of an office's own receipt of one step, to be signed. */
export function receipt(hub: string, by: Address, transmission: string, manifest: string, step: string): Bytes {
  const said: Receipt = {
    hub,
    transmission,
    step,
    manifest,
    at: now(),
    by: { ...by },
    sealed_by: "program",
    findings: 0,
    attached: null,
  };
  return utf8(JSON.stringify({ format: "renkei-receipt/1", ...said }));
}

function parsed<Of>(data: Bytes, format: string): Of {
  try {
    const value = JSON.parse(text(data)) as { format?: string };
    if (value.format === format) return value as Of;
  } catch (error) {
    throw untrue(String(error), "E-AUTH-FORMAT");
  }
  throw untrue(`not ${format}`, "E-AUTH-FORMAT");
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
