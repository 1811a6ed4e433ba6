// Large files over a line that breaks. `npm test`, after `npm run build`.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { Hub, newMember } from "../dist/index.js";

const text = (name) => readFile(new URL(`../../../docs/api/vectors/${name}`, import.meta.url), "utf-8");
const CUT = 200_000;
const data = randomBytes(3 * CUT);
const salt = randomBytes(32);
const commitment = createHash("sha256").update(salt).update(data).digest("hex");
const part = { name: "01.pdf", size: data.length, commitment, salt: salt.toString("hex") };
const asked = [];
let bent = 0;

const server = createServer((request, response) => {
  const json = (answer) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
  if (request.url === "/v1/challenges") {
    return json({ challenge: ["renkei-challenge/1", "renkei-test", "1370100016", "p".repeat(32), "1900000000"].join("\n") });
  }
  if (request.url === "/v1/tokens") return json({ access_token: "token", services: [] });
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  asked.push(from);
  response.writeHead(from ? 206 : 200, { "Content-Length": data.length - from });
  const rest = Buffer.from(data.subarray(from, from + CUT));
  rest[0] ^= bent;
  response.write(rest, () => (from + CUT < data.length ? setTimeout(() => response.destroy(), 50) : response.end()));
});
before(() => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve)));
after(() => server.close());

async function hub() {
  const member = await newMember(`http://127.0.0.1:${server.address().port}`, "1370100016", "43", "架空");
  Object.assign(member, { key: await text("TEST-ONLY-sender.key"), certificate: await text("sender.pem") });
  member.settings.hub_id = "renkei-test";
  return new Hub(member);
}

const unit = { transmission: "00000000-0000-4000-8000-000000000000" };

test("a file comes piece by piece, gone on with where the line broke", async () => {
  const got = [];
  let closed = false;
  const target = new WritableStream({ write: (piece) => void got.push(piece), close: () => void (closed = true) });
  await (await hub()).downloadTo(unit, part, target);
  assert.deepEqual(Buffer.concat(got), data);
  assert.ok(closed && got.length > 1);
  assert.equal(asked[0], 0);
  assert.ok(asked.length >= 3 && asked.slice(1).every((from) => from > 0));
});

test("what is not what was signed is thrown, and the target aborted", async () => {
  bent = 1;
  let aborted;
  const target = new WritableStream({ abort: (reason) => void (aborted = reason) });
  await assert.rejects((await hub()).downloadTo(unit, part, target), { code: "E-AUTH-COMMITMENT" });
  assert.equal(aborted.code, "E-AUTH-COMMITMENT");
});
