import { type Certificate } from "pkijs";

import { b64, type Bytes, sha256, unb64, unhex, utf8 } from "./bytes.js";
import { certificates, check, fingerprint, isSame, names, privateKey, request } from "./certificates.js";
import { sign, signer } from "./cms.js";
import { type Ask, AWAY, Connection, refusal, type Schemas } from "./connection.js";
import { RenkeiError, untrue } from "./errors.js";
import { checkDelivery, type Part } from "./delivery.js";
import { build, commitment, type Files, type Manifest, parseManifest, parseReceipt, receipt, type Receipt, type Unit } from "./manifest.js";
import { addressOf, anchorsOf, type Member } from "./member.js";

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
    member.hub_certificates = info.certificate;
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
    const made = await Promise.all(units.map((unit) => this.#envelope(unit)));
    const { results } = await this.#call((api) => api.POST("/v1/transmissions/batch", { body: { units: made } }));
    return Promise.all(
      results.map((one, at) => (one.transmission ? this.#sent(one.transmission, made[at]!) : refusal(one.problem!))),
    );
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
    const path = { id: unit.transmission, name: part.name };
    const data = await this.#call<ArrayBuffer>((api) =>
      api.GET("/v1/transmissions/{id}/files/{name}", { params: { path }, parseAs: "arrayBuffer" }),
    );
    const got = new Uint8Array(data);
    const isRight = got.byteLength === part.size && (await commitment(unhex(part.salt), got)) === part.commitment;
    if (!isRight) throw untrue(`not what was signed: ${part.name}`, "E-AUTH-COMMITMENT");
    return got;
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

  async #envelope(unit: Unit): Promise<Schemas["UnitIn"]> {
    const [manifest, salts] = await build(unit, this.member.settings.hub_id, addressOf(this.member));
    const files = Object.fromEntries(Object.entries(unit.files).map(([name, data]) => [name, b64(data)]));
    return { manifest: b64(manifest), signature: await this.#sign(manifest), salts, files };
  }

  async #sent(answer: Schemas["AcceptedOut"], made: Schemas["UnitIn"]): Promise<Sent> {
    let { manifest, signature } = made;
    const stated = await this.#receipt(answer.receipt, answer.id, "accepted");
    if (stated.manifest !== (await sha256(unb64(manifest)))) {
      // Sent before: the first receipt comes again, with the manifest that it is about.
      const path = { id: answer.id };
      const first = await this.#call((api) => api.GET("/v1/transmissions/{id}", { params: { path } }));
      ({ manifest, signature } = first);
      if (stated.manifest !== (await sha256(unb64(manifest)))) throw untrue("a receipt of another manifest");
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
    await this.#senderOf(manifest, await signer(data, unb64(given.signature)), accepted);
    const decode = <Of>(items: Record<string, string>, how: (text: string) => Of): Record<string, Of> =>
      Object.fromEntries(Object.entries(items).map(([name, value]) => [name, how(value)]));
    const files = decode(given.files, unb64);
    const parts = (given.parts ?? []).filter((part) => !(part.name in files));
    await checkDelivery(manifest, accepted.copies ?? [], files, decode(given.salts, unhex), parts);
    return { transmission, manifest, digest, files, parts };
  }

  /** The manifest is to us, and signed by the office that it names, or by the hub with the key that it keeps for it. */
  async #senderOf(manifest: Manifest, certificate: Certificate, accepted: Receipt): Promise<void> {
    const { office, service, hub_id } = this.member.settings;
    const kept = names(certificate, "kept-by").join();
    await check(certificate, anchorsOf(this.member), new Date(accepted.at));
    const isSealed = manifest.sealed_by === accepted.sealed_by && kept === (manifest.sealed_by === "hub" ? hub_id : "");
    const isTheirs = names(certificate, "office").join() === manifest.sender.office && manifest.hub === hub_id;
    const isOurs = manifest.recipient.office === office && manifest.recipient.service === service;
    if (!isSealed || !isTheirs || !isOurs) throw untrue("signed by another, or to another", "E-AUTH-MANIFEST");
  }

  /** The hub's word that a step happened. Throws RenkeiError E-HUB-RECEIPT. */
  async #receipt(given: Schemas["SignedBytes"], transmission: string, step: string, digest = ""): Promise<Receipt> {
    const [body, signature] = [unb64(given.body), unb64(given.signature)];
    const [own] = certificates(this.member.hub_certificates);
    const said = parseReceipt(body);
    const isHubs = own && isSame(await signer(body, signature), own) && said.by.hub === this.member.settings.hub_id;
    const isMeant = said.transmission === transmission && said.step === step && (!digest || said.manifest === digest);
    if (!isHubs || !isMeant) throw untrue("not the hub's receipt of this step", "E-HUB-RECEIPT");
    return said;
  }

  async #rootOf(wanted: string): Promise<string> {
    const { roots } = await this.#connection.call((api) => api.GET("/v1/trust"));
    for (const block of roots.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? []) {
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
    this.member.issuers += chain.match(/-----BEGIN[^]+?-----END CERTIFICATE-----\n?/g)?.slice(1).join("") ?? "";
  }
}
