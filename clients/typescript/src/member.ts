import { unb64 } from "./bytes.js";
import { type Anchors, certificates, newKey } from "./certificates.js";
import { type Address } from "./manifest.js";
import { listOf } from "./revocation.js";

/** One office service at its hub, with its private key: keep it where nobody else can read it.
 *
 * The same JSON text that `renkei.client.Member` of Python writes and reads. */
export interface Member {
  format: "renkei-member/1";
  settings: {
    hub_url: string;
    hub_id: string;
    hub_name: string;
    office: string;
    service: string;
    name: string;
    tls_ca: string;
    renew: string;
  };
  /** All PEM, empty while there are none. */
  key: string;
  certificate: string;
  roots: string;
  issuers: string;
  /** Those that the hub signs receipts with, and signed earlier ones with; their issuers are among `issuers`. */
  hub_certificates: string;
  /** DER in base64, by name. */
  revocation_lists: Record<string, string>;
}

/** A member that has not joined yet, with a new key. Nothing has left. */
export async function newMember(hub_url: string, office: string, service: string, name: string): Promise<Member> {
  const settings = { hub_url, hub_id: "", hub_name: "", office, service, name, tls_ca: "", renew: "" };
  const none = { certificate: "", roots: "", issuers: "", hub_certificates: "", revocation_lists: {} };
  return { format: "renkei-member/1", settings, key: await newKey(), ...none };
}

export const addressOf = ({ settings }: Member): Address => ({ office: settings.office, service: settings.service });

export function anchorsOf(member: Member): Anchors {
  const lists = Object.values(member.revocation_lists);
  return {
    roots: certificates(member.roots),
    issuers: certificates(member.issuers),
    lists: lists.map((list) => listOf(unb64(list))),
  };
}
