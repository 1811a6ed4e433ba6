import * as asn1js from "asn1js";
import { type Certificate, CertificateRevocationList } from "pkijs";

import { buffer, type Bytes, hex } from "./bytes.js";

const NUMBER = "2.5.29.20";

export const listOf = (der: Bytes): CertificateRevocationList => CertificateRevocationList.fromBER(buffer(der));

/** Whether the issuer said that a certificate was revoked by then, as far as these lists tell. */
export async function isRevoked(
  certificate: Certificate,
  issuer: Certificate,
  lists: CertificateRevocationList[],
  at: Date,
): Promise<boolean> {
  for (const list of lists) {
    const entry = list.revokedCertificates?.find((one) => one.userCertificate.isEqual(certificate.serialNumber));
    if (entry && entry.revocationDate.value <= at && (await isOf(list, issuer))) return true;
  }
  return false;
}

/** Whether a list is newer, by number and date, than the one at hand, and one of these authorities signed it. */
export async function isBetter(given: Bytes, known: Bytes | undefined, authorities: Certificate[]): Promise<boolean> {
  try {
    const list = listOf(given);
    if (known && !isNewer(list, listOf(known))) return false;
    const vouched = await Promise.all(authorities.map((issuer) => isOf(list, issuer)));
    return vouched.includes(true);
  } catch {
    return false;
  }
}

function isNewer(one: CertificateRevocationList, other: CertificateRevocationList): boolean {
  const [number, before] = [numberOf(one), numberOf(other)];
  return number === before ? one.thisUpdate.value > other.thisUpdate.value : number > before;
}

function numberOf(list: CertificateRevocationList): bigint {
  const found = list.crlExtensions?.extensions.find((one) => one.extnID === NUMBER);
  if (!found) return -1n;
  const { result } = asn1js.fromBER(found.extnValue.valueBlock.valueHexView);
  return BigInt(`0x${hex((result as asn1js.Integer).valueBlock.valueHexView)}`);
}

/** Full lists alone: partial ones carry a critical extension. */
async function isOf(list: CertificateRevocationList, issuer: Certificate): Promise<boolean> {
  if (!list.issuer.isEqual(issuer.subject) || list.crlExtensions?.extensions.some((one) => one.critical)) return false;
  return list.verify({ issuerCertificate: issuer }).catch(() => false);
}
