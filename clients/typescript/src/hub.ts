import { type Certificate } from "pkijs";

import { type Attachment, bringIn, type Carried, INDEX, indexOf, named } from "./attaching.js";
import { b64, blocks, type Bytes, concat, pieces, sha256, unb64, unhex, utf8 } from "./bytes.js";
import { certificates, check, fingerprint, isSame, names, privateKey, request } from "./certificates.js";
import { sign, signer } from "./cms.js";
import { Commitment } from "./commitment.js";
import { type Ask, ATTEMPTS, AWAY, away, Connection, refusal, rest, type Schemas } from "./connection.js";
import { checkDelivery, checkOwn, type Part } from "./delivery.js";
import { RenkeiError, untrue } from "./errors.js";
import { type Address, build, type Files, type Manifest, parseManifest, parseReceipt, receipt, type Receipt, type Unit } from "./manifest.js";
import { addressOf, anchorsOf, type Member } from "./member.js";
import { isBetter } from "./revocation.js";

const EVENTS = 100;
const ENDED = new Set(["E-STATE-WITHDRAWN", "E-STATE-EXPIRED", "E-STATE-RECALLED", "E-STATE-LEASED"]);

/** A unit that the hub has, with its receipt; keep both and the manifest, together they prove it. */
export interface Sent {
  transmission: string;
  repeated: boolean;
  manifest: Bytes;
  signature: Bytes;
  receipt: Bytes;
  receiptSignature: Bytes;
}

/** A unit from the mailbox, held against its sender's signature and the hub's receipt. */
export interface Arrived {
  transmission: string;
  manifest: Manifest;
  digest: string;
  files: Files;
  parts: Part[];
}

/** A unit of ours, signed, with all that it is made of. */
interface Parcel {
  unit: Unit;
  body: Schemas["UnitIn"];
  contents: Record<string, Bytes | Blob>;
}

const decoded = <Of>(items: Record<string, string>, how: (text: string) => Of): Record<string, Of> =>
  Object.fromEntries(Object.entries(items).map(([name, value]) => [name, how(value)]));

/** The next piece; nothing at the end, and where the line breaks. */
const nextOf = async (stream: AsyncGenerator<Bytes>): Promise<Bytes | undefined> =>
  (await stream.next().catch(() => undefined))?.value ?? undefined;

/** One office service at its hub. Every call may be repeated; nothing arrives twice. All throw RenkeiError. */
export class Hub {
  readonly #connection: Connection;

  constructor(readonly member: Member) {
    this.#connection = new Connection(member.settings.hub_url);
  }

  /** Learn to know the hub by its root (PEM, or the SHA-256 of one that it hands over) and ask for the certificate with
   * a one-time code. Keep `member` before and after; after a lost answer join again with the same. */
  static async join(member: Member, code: string, root: { pem: string } | { fingerprint: string }): Promise<Hub> {
    const hub = new Hub(member);
    member.roots = "pem" in root ? root.pem : await hub.#rootOf(root.fingerprint);
    const info = await hub.#connection.call((api) => api.GET("/v1/hub"));
    await hub.#vouch(info.certificate);
    const [own] = certificates(info.certificate);
    if (!own || !names(own, "hub").includes(info.id)) throw untrue("another hub's certificate", "E-HUB-CERTIFICATE");
    Object.assign(member.settings, { hub_id: info.id, hub_name: info.name });
    const [receipts = ""] = blocks(info.certificate);
    member.hub_certificates = [...new Set([...blocks(member.hub_certificates), receipts])].join("");
    const { office, name } = member.settings;
    const wanted = b64(await request(await privateKey(member.key), office, name));
    const body = { office, code, request: wanted };
    const answer = await hub.#connection.call((api) => api.POST("/v1/certificate-requests", { body }));
    if (!answer.certificate) {
      throw new RenkeiError("E-OFFICE-CERTIFICATE", "運営者が証明書を発行するのを待っています。", "あとでもう一度。");
    }
    await hub.#vouch(answer.certificate);
    member.certificate = answer.certificate;
    return hub;
  }

  /** Sign and send units; for each the hub's receipt, verified, or why the hub refused it. */
  async send(...units: Unit[]): Promise<(Sent | RenkeiError)[]> {
    const carried = new Map<Attachment, Carried>();
    for (const one of units.flatMap((unit) => unit.attachments ?? [])) {
      if (!carried.has(one)) carried.set(one, await bringIn((ask) => this.#call(ask), one));
    }
    const made = await Promise.all(units.map((unit) => this.#parcel(unit, carried)));
    const body = { units: made.map((one) => one.body) };
    const { results } = await this.#call((api) => api.POST("/v1/transmissions/batch", { body }));
    return Promise.all(
      results.map((one, at) => (one.transmission ? this.#sent(one.transmission, made[at]!) : refusal(one.problem!))),
    );
  }

  /** Send files by themselves to one or several office services; each goes to the hub once. One result a recipient.
   *
   * `sequence`: 14 digits that no other unit of ours has; give the same after a doubt. What the hub finds unfit is thrown. */
  async attach(recipients: Address[], attachments: Attachment[], sequence: string): Promise<(Sent | RenkeiError)[]> {
    const months = [...new Set(attachments.flatMap((one) => one.month ?? []))].sort();
    const made = { kind: "attachment", months, sequence, files: {}, attachments };
    return this.send(...recipients.map((recipient) => ({ recipient, ...made })));
  }

  /** Fetch the revocation lists, once a day; the names of those that are new. Then keep `member`.
   *
   * A list counts only with the signature of one of our authorities, and in the place of an older one. */
  async refreshTrust(): Promise<string[]> {
    const { revocation_lists: names } = await this.#connection.call((api) => api.GET("/v1/trust"));
    const { roots, issuers } = anchorsOf(this.member);
    const known = this.member.revocation_lists;
    const taken: string[] = [];
    for (const name of names.filter((one) => /^[\w-][\w.-]{0,74}\.crl$/.test(one))) {
      const given = await this.#connection.file(`/crl/${name}`);
      const before = known[name] === undefined ? undefined : unb64(known[name]);
      if (!(await isBetter(given, before, [...roots, ...issuers]))) continue;
      known[name] = b64(given);
      taken.push(name);
    }
    return taken;
  }

  /** What happened to what we sent and received, in order, from behind a cursor to the present end. */
  async *events(after = 0): AsyncGenerator<Schemas["EventOut"]> {
    const { service } = this.member.settings;
    for (let more = true; more; ) {
      const query = { service, after, limit: EVENTS };
      const page = await this.#call((api) => api.GET("/v1/events", { params: { query } }));
      for (const event of page.events) {
        await this.#receipt(event.receipt, event.transmission.id, event.type);
        yield event;
      }
      ({ next: after, more } = page);
    }
  }

  /** Every unit in our mailbox that was not acknowledged yet. Keep each before you acknowledge it.
   *
   * A unit that must not be believed stays there: the error is thrown once the others have been given. */
  async *collect(): AsyncGenerator<Arrived> {
    const { service } = this.member.settings;
    const unfit: RenkeiError[] = [];
    for (let after = 0, more = true; more; ) {
      const query = { service, after };
      const page = await this.#call((api) => api.GET("/v1/waiting", { params: { query } }));
      for (const { id } of page.transmissions) {
        const arrived = await this.#arrived(id).catch((error: unknown) => {
          if (!(error instanceof RenkeiError) || error.code === AWAY) throw error;
          if (!ENDED.has(error.code)) unfit.push(error);
        });
        if (arrived) yield arrived;
      }
      ({ next: after, more } = page);
    }
    if (unfit[0]) throw unfit[0];
  }

  /** The bytes of an attached file, verified. */
  async download(unit: Arrived, part: Part): Promise<Bytes> {
    const got: Bytes[] = [];
    await this.downloadTo(unit, part, new WritableStream({ write: (piece) => void got.push(piece) }));
    return concat(...got);
  }

  /** Write an attached file, whatever its size, to where it is to be kept; a broken line is gone on with.
   *
   * It is verified when this returns. When it throws, `target` is aborted: take away what was written. */
  async downloadTo(unit: Arrived, part: Part, target: WritableStream<Bytes>): Promise<void> {
    const writer = target.getWriter();
    try {
      const found = new Commitment(unhex(part.salt));
      for await (const piece of this.#pieces(unit.transmission, part)) {
        found.add(piece);
        await writer.write(piece);
      }
      if (found.value !== part.commitment) throw untrue(`not what was signed: ${part.name}`, "E-AUTH-COMMITMENT");
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => undefined);
      throw error;
    }
  }

  /** Tell that a unit is safe here, or another step that needs no words (`imported`); the hub's receipt. */
  async acknowledge(unit: Arrived, step = "collected"): Promise<Receipt> {
    const { transmission, digest } = unit;
    const body = receipt(this.member.settings.hub_id, addressOf(this.member), transmission, digest, step);
    const said = { transmission, body: b64(body), signature: await this.#sign(body) };
    const { results } = await this.#call((api) => api.POST("/v1/receipts", { body: { receipts: [said] } }));
    const [result] = results;
    if (!result?.receipt) throw result?.problem ? refusal(result.problem) : untrue("no receipt");
    return this.#receipt(result.receipt, transmission, step, digest);
  }

  async #call<Of>(ask: Ask<Of>): Promise<Of> {
    if (!this.#connection.token) await this.#signIn();
    try {
      return await this.#connection.call(ask);
    } catch (error) {
      if (!(error instanceof RenkeiError) || error.status !== 401) throw error;
    }
    await this.#signIn();
    return this.#connection.call(ask);
  }

  async #signIn(): Promise<void> {
    const { hub_id, office } = this.member.settings;
    this.#connection.token = "";
    const { challenge } = await this.#connection.call((api) => api.POST("/v1/challenges", { body: { office } }));
    // A hub that lies could have us sign a manifest, or the challenge of another hub.
    const [format, hub, whose, part, end, ...more] = challenge.split("\n");
    const isOurs = format === "renkei-challenge/1" && hub === hub_id && whose === office && more.length === 0;
    if (!isOurs || !/^[\w-]{20,100}$/.test(part ?? "") || !/^\d{1,12}$/.test(end ?? "")) {
      throw untrue("not a challenge of our hub to this office", "E-AUTH-CHALLENGE");
    }
    const body = { challenge, signature: await this.#sign(utf8(challenge)) };
    this.#connection.token = (await this.#connection.call((api) => api.POST("/v1/tokens", { body }))).access_token;
  }

  async #sign(data: Bytes): Promise<string> {
    const [own] = certificates(this.member.certificate);
    if (!own) throw new RenkeiError("E-OFFICE-CERTIFICATE", "証明書がまだありません。", "Hub.join で申し込んでください。");
    return b64(await sign(data, await privateKey(this.member.key), own));
  }

  async #parcel(unit: Unit, carried: Map<Attachment, Carried>): Promise<Parcel> {
    const attached = named(unit.attachments ?? []).map(([name, one]) => ({ name, one, ...carried.get(one)! }));
    const files: Files = { ...unit.files };
    if (attached.length > 0) files[INDEX] = indexOf(unit.attachments ?? []);
    const entries = attached.map(({ name, size, commitment }) => ({ name, size, commitment }));
    const own = addressOf(this.member);
    const [manifest, salts] = await build({ ...unit, files }, this.member.settings.hub_id, own, entries);
    const uploads = Object.fromEntries(attached.map(({ name, upload }) => [name, upload]));
    const encoded = Object.fromEntries(Object.entries(files).map(([name, data]) => [name, b64(data)]));
    const signature = await this.#sign(manifest);
    const contents = { ...files, ...Object.fromEntries(attached.map(({ name, one }) => [name, one.content])) };
    return { unit, body: { manifest: b64(manifest), signature, salts, files: encoded, uploads }, contents };
  }

  async #sent(answer: Schemas["AcceptedOut"], made: Parcel): Promise<Sent> {
    let { manifest, signature } = made.body;
    const stated = await this.#receipt(answer.receipt, answer.id, "accepted");
    if (stated.manifest !== (await sha256(unb64(manifest)))) {
      ({ manifest, signature } = await this.#first(answer.id, stated, made));
    }
    const { body, signature: receiptSignature } = answer.receipt;
    return {
      transmission: answer.id,
      repeated: answer.repeated,
      manifest: unb64(manifest),
      signature: unb64(signature),
      receipt: unb64(body),
      receiptSignature: unb64(receiptSignature),
    };
  }

  /** A unit that the hub has from earlier, once it is proved to hold these very files. */
  async #first(id: string, stated: Receipt, { unit, contents }: Parcel): Promise<Schemas["FilesOut"]> {
    const first = await this.#call((api) => api.GET("/v1/transmissions/{id}/files", { params: { path: { id } } }));
    const data = unb64(first.manifest);
    if (stated.manifest !== (await sha256(data))) throw untrue("a receipt of another manifest", "E-HUB-RECEIPT");
    const said = parseManifest(data);
    await this.#signedBy(said, await signer(data, unb64(first.signature)), stated);
    const key = (from: Address, to: Address, kind: string, sequence: string): string =>
      [from.office, from.service, to.office, to.service, kind, sequence].join();
    const meant = key(addressOf(this.member), unit.recipient, unit.kind, unit.sequence);
    if (key(said.sender, said.recipient, said.kind, said.sequence) !== meant) throw untrue("a unit with another key");
    const apart = Object.fromEntries((first.parts ?? []).map((part) => [part.name, unhex(part.salt)]));
    await checkOwn(said, { ...decoded(first.salts, unhex), ...apart }, contents);
    return first;
  }

  /** The bytes of a file as they come, gone on with behind what came where the line breaks. */
  async *#pieces(id: string, part: Part): AsyncGenerator<Bytes> {
    const path = { id, name: part.name };
    let got = 0;
    for (let attempt = 0; got < part.size; attempt++) {
      if (attempt === ATTEMPTS) throw away();
      if (attempt > 0) await rest(attempt - 1);
      const headers = got > 0 ? { Range: `bytes=${got}-` } : {};
      const body = await this.#call<ReadableStream<Bytes> | null>((api) =>
        api.GET("/v1/transmissions/{id}/files/{name}", { params: { path }, headers, parseAs: "stream" }),
      );
      if (!body) continue;
      const stream = pieces(body);
      for (let next = await nextOf(stream); next; next = await nextOf(stream)) {
        [got, attempt] = [got + next.byteLength, 0];
        if (got > part.size) throw untrue("a file is longer than signed", "E-AUTH-COMMITMENT");
        yield next;
      }
    }
  }

  async #arrived(transmission: string): Promise<Arrived> {
    const path = { id: transmission };
    const detail = await this.#call((api) => api.GET("/v1/transmissions/{id}", { params: { path } }));
    const receipt = detail.events.find((event) => event.type === "accepted")?.receipt;
    if (!receipt) throw untrue("no receipt of acceptance", "E-HUB-RECEIPT");
    const given = await this.#call((api) => api.GET("/v1/transmissions/{id}/files", { params: { path } }));
    const data = unb64(given.manifest);
    const digest = await sha256(data);
    const accepted = await this.#receipt(receipt, transmission, "accepted", digest);
    const manifest = parseManifest(data);
    await this.#signedBy(manifest, await signer(data, unb64(given.signature)), accepted);
    const { office, service } = addressOf(this.member);
    const isOurs = manifest.recipient.office === office && manifest.recipient.service === service;
    if (!isOurs) throw untrue("to another", "E-OFFICE-RECIPIENT");
    const files = decoded(given.files, unb64);
    const parts = (given.parts ?? []).filter((part) => !(part.name in files));
    await checkDelivery(manifest, accepted.copies ?? [], files, decoded(given.salts, unhex), parts);
    return { transmission, manifest, digest, files, parts };
  }

  /** The manifest is signed by the office that it names, or by the hub with the key that it keeps for it. */
  async #signedBy(manifest: Manifest, certificate: Certificate, accepted: Receipt): Promise<void> {
    const { hub_id } = this.member.settings;
    const kept = names(certificate, "kept-by").join();
    await check(certificate, anchorsOf(this.member), new Date(accepted.at));
    const isSealed = manifest.sealed_by === accepted.sealed_by && kept === (manifest.sealed_by === "hub" ? hub_id : "");
    const isTheirs = names(certificate, "office").join() === manifest.sender.office && manifest.hub === hub_id;
    if (!isSealed || !isTheirs) throw untrue("signed by another", "E-AUTH-MANIFEST");
  }

  /** The hub's word that a step happened. Throws RenkeiError E-HUB-RECEIPT. */
  async #receipt(given: Schemas["SignedBytes"], transmission: string, step: string, digest = ""): Promise<Receipt> {
    const [body, signature] = [unb64(given.body), unb64(given.signature)];
    const { hub_id } = this.member.settings;
    const certificate = await signer(body, signature);
    const said = parseReceipt(body);
    const isPinned = certificates(this.member.hub_certificates).some((one) => isSame(certificate, one));
    const [at, { notBefore, notAfter }] = [new Date(said.at), certificate];
    const isHubs = isPinned && notBefore.value <= at && at <= notAfter.value && said.hub === hub_id && said.by.hub === hub_id;
    const isMeant = said.transmission === transmission && said.step === step && (!digest || said.manifest === digest);
    if (!isHubs || !isMeant) throw untrue("not the hub's receipt of this step", "E-HUB-RECEIPT");
    return said;
  }

  async #rootOf(wanted: string): Promise<string> {
    const { roots } = await this.#connection.call((api) => api.GET("/v1/trust"));
    for (const block of blocks(roots)) {
      const [root] = certificates(block);
      if (root && (await fingerprint(root)) === wanted.replace(/[: ]/g, "").toLowerCase()) return block;
    }
    throw untrue("no root with this fingerprint", "E-OFFICE-ROOTS");
  }

  /** Believe the issuers behind a certificate, once the roots vouch for it. */
  async #vouch(chain: string): Promise<void> {
    const [first, ...issuers] = certificates(chain);
    const anchors = anchorsOf(this.member);
    if (!first) throw untrue("no certificate", "E-CERT-AUTHORITY");
    await check(first, { ...anchors, issuers: [...anchors.issuers, ...issuers] }, new Date());
    this.member.issuers = [...new Set([...blocks(this.member.issuers), ...blocks(chain).slice(1)])].join("");
  }
}
