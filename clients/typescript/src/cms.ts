import * as asn1js from "asn1js";
import {
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from "pkijs";

import { buffer, type Bytes, hex } from "./bytes.js";
import { untrue } from "./errors.js";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";

/** A detached CMS signature (DER) over bytes, stated as of now: docs/api/signing.md. */
export async function sign(data: Bytes, key: CryptoKey, certificate: Certificate): Promise<Bytes> {
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: DATA }),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes: await attributes(data) }),
      }),
    ],
    certificates: [certificate],
  });
  await signed.sign(key, 0, "SHA-256", buffer(data));
  const made = new ContentInfo({ contentType: SIGNED_DATA, content: signed.toSchema(true) });
  return new Uint8Array(made.toSchema().toBER(false));
}

/** Whose valid signature over these bytes it is; whether that one counts is for `check`. Throws RenkeiError. */
export async function signer(data: Bytes, signature: Bytes): Promise<Certificate> {
  try {
    const info = ContentInfo.fromBER(buffer(signature));
    const signed = new SignedData({ schema: info.content });
    if (signed.signerInfos.length !== 1 || !signed.signerInfos[0]?.signedAttrs) throw untrue("not one signer");
    const found = await signed.verify({ signer: 0, data: buffer(data), extendedMode: true });
    if (found.signatureVerified && found.signerCertificate) return found.signerCertificate;
  } catch (error) {
    throw untrue(String(error), "E-AUTH-SIGNATURE");
  }
  throw untrue("the signature does not fit", "E-AUTH-SIGNATURE");
}

async function attributes(data: Bytes): Promise<Attribute[]> {
  const digest = await crypto.subtle.digest("SHA-256", data);
  const made = [
    new Attribute({ type: CONTENT_TYPE, values: [new asn1js.ObjectIdentifier({ value: DATA })] }),
    new Attribute({ type: SIGNING_TIME, values: [new asn1js.UTCTime({ valueDate: new Date() })] }),
    new Attribute({ type: MESSAGE_DIGEST, values: [new asn1js.OctetString({ valueHex: digest })] }),
  ];
  // DER puts the members of a set in the order of their bytes.
  const encoded = (one: Attribute): string => hex(new Uint8Array(one.toSchema().toBER(false)));
  return made.sort((one, other) => (encoded(one) < encoded(other) ? -1 : 1));
}
