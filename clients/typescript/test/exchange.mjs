// At a running hub, after the page for vendors: what is shared with Python, and what goes out again or with pictures.
// Copied into that page's folder and run by tests/contract/test_start.py.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";

import { Hub, RenkeiError, unitOf } from "@renkei/client";

const { isBetter } = await import(new URL("node_modules/@renkei/client/dist/revocation.js", import.meta.url));
const { anchorsOf } = await import(new URL("node_modules/@renkei/client/dist/member.js", import.meta.url));
const json = async (name) => JSON.parse(await readFile(name, "utf-8"));
const read = async (name) => new Uint8Array(await readFile(name));
const filesOf = async (folder, wanted) => {
  const names = (await readdir(folder)).filter((name) => wanted.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(`${folder}/${name}`)])));
};
const events = async (hub) => {
  const found = [];
  for await (const event of hub.events()) found.push(event.type);
  return found;
};

const member = await json("member-typescript.json");
const ofPython = await json("member.json");
assert.equal(member.hub_certificates, ofPython.hub_certificates);
const hub = new Hub(member);
assert.deepEqual(await events(new Hub(ofPython)), await events(hub));

const files = await filesOf("out/typescript", /./);
const [again] = await hub.send(unitOf(files));
assert.equal(again.repeated, true);
const [name] = Object.keys(files);
const [other] = await hub.send(unitOf({ ...files, [name]: files[name].slice(0, -2) }));
assert.ok(other instanceof RenkeiError);

assert.ok((await hub.refreshTrust()).length > 0);
assert.deepEqual(await hub.refreshTrust(), []);
const { roots, issuers } = anchorsOf(member);
for (const list of Object.values(member.revocation_lists)) {
  const given = new Uint8Array(Buffer.from(list, "base64"));
  assert.ok(await isBetter(given, undefined, [...roots, ...issuers]));
  given[given.length - 1] ^= 1;
  assert.ok(!(await isBetter(given, undefined, [...roots, ...issuers])));
}
assert.ok((await events(hub)).length > 0);

const picture = { content: new Blob([await read(process.argv[2])]), title: "写真.png", media: "image/png" };
const partners = [
  { office: "1379300013", service: "11" },
  { office: "1379300021", service: "13" },
];
for (const repeated of [false, true]) {
  const sent = await hub.attach(partners, [picture], "20261125090099");
  assert.deepEqual(sent.map((one) => one.repeated), [repeated, repeated]);
}
const script = { content: new Blob([await read(process.argv[3])]), title: "計画書.pdf", media: "application/pdf" };
await assert.rejects(hub.attach(partners, [script], "20261125090098"), ({ code, findings }) => {
  return code === "E-ATTACH-REFUSED" && findings.length > 0;
});
const slip = await filesOf("month/1379100017", /_202612_1379100017_43_1379300013_11_/);
for (const repeated of [false, true]) {
  const [sent] = await hub.send({ ...unitOf(slip), attachments: [picture] });
  assert.equal(sent.repeated, repeated, String(sent));
}
console.log("よし");
