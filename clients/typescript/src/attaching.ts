import { type Bytes, hex, random, utf8 } from "./bytes.js";
import { committed } from "./commitment.js";
import { ATTEMPTS, type Ask, away, rest, type Schemas } from "./connection.js";
import { RenkeiError, untrue } from "./errors.js";

export const INDEX = "ATTACHMENTS.JSON";
const ROUNDS = 10; // of asking what is missing
const OFFICE = "application/vnd.openxmlformats-officedocument.";
const EXTENSIONS: Record<string, string> = {
  "application/pdf": ".pdf",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  [`${OFFICE}wordprocessingml.document`]: ".docx",
  [`${OFFICE}spreadsheetml.sheet`]: ".xlsx",
  [`${OFFICE}presentationml.presentation`]: ".pptx",
};

/** A file to be attached; `title` is what the recipient sees, `month` YYYYMM. Of a Blob never more than a piece is read. */
export interface Attachment {
  content: Blob;
  title: string;
  media: string;
  type?: "monthly_report" | "monitoring" | "plan" | "other";
  person?: { insurer: string; insured: string };
  month?: string;
}

/** A file that the hub has by now. */
export interface Carried {
  upload: string;
  size: number;
  commitment: string;
}

type Call = <Of>(ask: Ask<Of>) => Promise<Of>;

/** What attached files are called in a manifest, in their order. Throws RenkeiError E-ATTACH-KIND. */
export function named(attachments: Attachment[]): [string, Attachment][] {
  return attachments.map((one, at) => {
    const extension = EXTENSIONS[one.media];
    if (!extension) throw new RenkeiError("E-ATTACH-KIND", "送れる種類のファイルではありません。", "PDF、JPEG、PNG にしてください。");
    return [`${String(at + 1).padStart(2, "0")}${extension}`, one];
  });
}

/** The bytes of ATTACHMENTS.JSON. */
export function indexOf(attachments: Attachment[]): Bytes {
  const files = named(attachments).map(([name, { title, type = "other", media, person, month }]) => {
    return { name, title, type, media, ...(person && { person }), ...(month && { month }) };
  });
  return utf8(JSON.stringify({ format: "renkei-attachments/1", files }));
}

/** Bring a file to the hub in pieces, or what is missing of it. Throws RenkeiError E-ATTACH-REFUSED with the findings. */
export async function bringIn(call: Call, { content, media }: Attachment): Promise<Carried> {
  const salt = random(32);
  const { size, commitment } = await committed(salt, content);
  const body = { size, commitment, salt: hex(salt), media };
  let upload = await call((api) => api.POST("/v1/uploads", { body }));
  const path = { id: upload.id };
  for (let round = 0; upload.state === "open" && round < ROUNDS; round++) {
    await fill(call, upload, content);
    upload = await call((api) => api.POST("/v1/uploads/{id}/complete", { params: { path } })).catch(async (error) => {
      const isBusy = error instanceof RenkeiError && error.code === "E-UPLOAD-BUSY";
      if (!isBusy && error?.code !== "E-UPLOAD-MISSING") throw error;
      if (isBusy) await rest(Math.min(round, ATTEMPTS));
      return call((api) => api.GET("/v1/uploads/{id}", { params: { path } }));
    });
  }
  if (upload.state === "ready") return { upload: upload.id, size, commitment };
  if (upload.state !== "refused") throw away();
  const [what, remedy] = ["ハブが調べて、この添付ファイルを断りました。", "指摘を見て、作り直したファイルを送ってください。"];
  throw new RenkeiError("E-ATTACH-REFUSED", what, remedy, 422, upload.findings);
}

async function fill(call: Call, upload: Schemas["UploadOut"], content: Blob): Promise<void> {
  const { id, chunk_bytes: length } = upload;
  for (const [first = 0, last = -1] of upload.missing) {
    if (first < 0 || last * length >= content.size) throw untrue("holes outside the file");
    for (let number = first; number <= last; number++) {
      const chunk = content.slice(number * length, (number + 1) * length);
      await call((api) =>
        api.PUT("/v1/uploads/{id}/chunks/{number}", {
          params: { path: { id, number } },
          headers: { "Content-Type": "application/octet-stream" },
          // Bytes go out as they are, whatever the description's generator makes of "binary".
          body: chunk as unknown as string,
          bodySerializer: (given) => given,
        }),
      );
    }
  }
}
