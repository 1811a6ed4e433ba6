// What the published vectors say, and what no hub may have us believe. `npm test`, after `npm run build`.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { certificates, check, names } from "../dist/certificates.js";
import { signer } from "../dist/cms.js";
import { checkDelivery, checkOwn } from "../dist/delivery.js";
import { commitment, parseManifest, parseReceipt } from "../dist/manifest.js";

const read = async (name) => new Uint8Array(await readFile(new URL(`../../../docs/api/vectors/${name}`, import.meta.url)));
const text = async (name) => new TextDecoder().decode(await read(name));
const unhex = (given) => Uint8Array.from(Buffer.from(given, "hex"));

for (const name of ["manifest", "receipt", "recipient-receipt", "attachment-manifest", "attachment-receipt"]) {
  test(`${name} is signed, and no bit of it may change`, async () => {
    const [data, signature] = [await read(`${name}.json`), await read(`${name}.p7s`)];
    const certificate = await signer(data, signature);
    const anchors = { roots: certificates(await text("root.pem")), issuers: certificates(await text("issuing.pem")), lists: [] };
    await check(certificate, anchors, new Date("2026-11-25T00:00:00Z"));
    assert.equal(names(certificate, "office").length + names(certificate, "hub").length, 1);
    await assert.rejects(check(certificate, { ...anchors, issuers: [] }, new Date("2026-11-25T00:00:00Z")));
    await assert.rejects(check(certificate, anchors, new Date("2020-01-01T00:00:00Z")));
    data[data.length >> 1] ^= 1;
    await assert.rejects(signer(data, signature), { code: "E-AUTH-SIGNATURE" });
  });
}

const attached = async () => {
  const salts = Object.fromEntries(
    Object.entries(JSON.parse(await text("attachment-salts.json"))).map(([name, salt]) => [name, unhex(salt)]),
  );
  const files = { "ATTACHMENTS.JSON": await read("ATTACHMENTS.JSON") };
  const part = async (name) => {
    const data = await read(`attached/${name}`);
    return { name, size: data.byteLength, commitment: await commitment(salts[name], data) };
  };
  return {
    manifest: parseManifest(await read("attachment-manifest.json")),
    copies: parseReceipt(await read("attachment-receipt.json")).copies,
    files,
    salts: { "ATTACHMENTS.JSON": salts["ATTACHMENTS.JSON"] },
    parts: [await part("01.cleaned.pdf"), await part("02.png")],
  };
};
const judged = ({ manifest, copies, files, salts, parts }) => checkDelivery(manifest, copies, files, salts, parts);

test("a cleaned copy in the place of its original is believed", async () => judged(await attached()));

const lies = {
  "without the word of the receipt": (given) => (given.copies = []),
  "for the index": (given) => given.copies.push({ ...given.copies[0], file: "ATTACHMENTS.JSON", name: "a.json" }),
  "for a picture": (given) => given.copies.push({ ...given.copies[0], file: "02.png", name: "a.png" }),
  "twice": (given) => given.copies.push({ ...given.copies[0], name: "b.pdf" }),
  "under the name of a signed file": (given) => (given.copies[0].name = "02.PNG"),
  "of another size": (given) => (given.parts[0].size += 1),
  "with a file left out": (given) => given.parts.pop(),
  "with another index": (given) => (given.files["ATTACHMENTS.JSON"][9] ^= 1),
};
for (const [what, lie] of Object.entries(lies)) {
  test(`a copy ${what} is not`, async () => {
    const given = await attached();
    lie(given);
    await assert.rejects(judged(given));
  });
}

const earlier = async () => {
  const manifest = parseManifest(await read("attachment-manifest.json"));
  const entries = Object.entries(JSON.parse(await text("attachment-salts.json")));
  const salts = Object.fromEntries(entries.map(([name, salt]) => [name, unhex(salt)]));
  const given = await Promise.all(manifest.files.map(({ name }) => read(name === "ATTACHMENTS.JSON" ? name : `attached/${name}`)));
  const own = manifest.files.map(({ name }, at) => [name, name.endsWith(".pdf") ? new Blob([given[at]]) : given[at]]);
  return { manifest, salts, own: Object.fromEntries(own) };
};

test("what was sent earlier is known again by its salts of then", async () => {
  const { manifest, salts, own } = await earlier();
  await checkOwn(manifest, salts, own);
});

const others = {
  "another content": ({ own }) => (own["02.png"][9] ^= 1),
  "a file more": ({ own }) => (own["03.png"] = own["02.png"]),
  "a file less": ({ own }) => delete own["02.png"],
  "another salt": ({ salts }) => (salts["01.pdf"][0] ^= 1),
  "no salt": ({ salts }) => delete salts["01.pdf"],
};
for (const [what, change] of Object.entries(others)) {
  test(`with ${what} it is not`, async () => {
    const given = await earlier();
    change(given);
    await assert.rejects(checkOwn(given.manifest, given.salts, given.own), { code: "E-AUTH-COMMITMENT" });
  });
}
