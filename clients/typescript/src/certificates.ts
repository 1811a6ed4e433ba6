import * as asn1js from "asn1js";
import {
  Certificate,
  CertificateChainValidationEngine,
  CertificateRevocationList,
  CertificationRequest,
  GeneralName,
  RelativeDistinguishedNames,
} from "pkijs";

import { buffer, type Bytes, hex, pem, sha256, unpem } from "./bytes.js";
import { untrue } from "./errors.js";
import { isRevoked } from "./revocation.js";

const EC = { name: "ECDSA", namedCurve: "P-256" };
const ALTERNATIVE_NAME = "2.5.29.17";

/** A new P-256 key pair; keep the private key (PKCS#8, PEM) where nobody else can read it. */
export async function newKey(): Promise<string> {
  const pair = await crypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  return pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", pair.privateKey));
}

export async function privateKey(given: string): Promise<CryptoKey> {
  const [der] = unpem("PRIVATE KEY", given);
  if (!der) throw untrue("no private key in PEM", "E-CERT-KEY");
  return crypto.subtle.importKey("pkcs8", der, EC, true, ["sign"]).catch((error: unknown) => {
    throw untrue(`not a P-256 key: ${String(error)}`, "E-CERT-KEY");
  });
}

async function publicKey(key: CryptoKey): Promise<CryptoKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
  return crypto.subtle.importKey("jwk", { kty, crv, x, y } as JsonWebKey, EC, true, ["verify"]);
}

/** The request (PKCS#10, DER) for an office's certificate. */
export async function request(key: CryptoKey, office: string, name: string): Promise<Bytes> {
  const made = new CertificationRequest();
  const parts = [
    ["2.5.4.6", new asn1js.PrintableString({ value: "JP" })],
    ["2.5.4.10", new asn1js.Utf8String({ value: name.slice(0, 64) || office })],
    ["2.5.4.3", new asn1js.Utf8String({ value: office })],
  ] as const;
  // PKI.js by itself would put all parts of a name into one set.
  const sets = parts.map(([type, value]) => {
    const part = new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: type }), value] });
    return new asn1js.Set({ value: [part] });
  });
  made.subject = RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: sets }).toBER());
  made.attributes = [];
  await made.subjectPublicKeyInfo.importKey(await publicKey(key));
  await made.sign(key, "SHA-256");
  return new Uint8Array(made.toSchema(true).toBER());
}

export const certificates = (given: string): Certificate[] =>
  unpem("CERTIFICATE", given).map((der) => Certificate.fromBER(buffer(der)));

export const fingerprint = (certificate: Certificate): Promise<string> =>
  sha256(new Uint8Array(certificate.toSchema(true).toBER()));

export const isSame = (one: Certificate, other: Certificate): boolean =>
  hex(new Uint8Array(one.toSchema(true).toBER())) === hex(new Uint8Array(other.toSchema(true).toBER()));

/** The names `urn:renkei:<kind>:<value>` of a certificate. */
export function names(certificate: Certificate, kind: "office" | "hub" | "kept-by"): string[] {
  const extension = certificate.extensions?.find((one) => one.extnID === ALTERNATIVE_NAME);
  const found = (extension?.parsedValue as { altNames?: GeneralName[] } | undefined)?.altNames ?? [];
  const prefix = `urn:renkei:${kind}:`;
  const uris = found.filter((name) => name.type === 6).map((name) => String(name.value));
  return uris.filter((uri) => uri.startsWith(prefix)).map((uri) => uri.slice(prefix.length));
}

/** Whom we believe: roots, those that they vouch for, and who lost a key. */
export interface Anchors {
  roots: Certificate[];
  issuers: Certificate[];
  lists: CertificateRevocationList[];
}

/** Whether a certificate counted at a moment. Throws RenkeiError E-CERT-AUTHORITY or E-CERT-REVOKED. */
export async function check(certificate: Certificate, anchors: Anchors, at: Date): Promise<void> {
  const engine = new CertificateChainValidationEngine({
    trustedCerts: anchors.roots,
    certs: [...anchors.issuers, certificate],
    checkDate: at,
  });
  const { result, resultMessage, certificatePath: path = [] } = await engine.verify();
  if (!result) throw untrue(resultMessage, "E-CERT-AUTHORITY");
  // PKI.js would ask for a list of each issuer, and not when a certificate was revoked.
  for (const [place, issuer] of path.slice(1).entries()) {
    if (await isRevoked(path[place]!, issuer, anchors.lists, at)) throw untrue("revoked", "E-CERT-REVOKED");
  }
}
