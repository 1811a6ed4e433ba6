export { type Attachment } from "./attaching.js";
export { type Bytes } from "./bytes.js";
export { sign, signer } from "./cms.js";
export { type Part } from "./delivery.js";
export { type Finding, RenkeiError } from "./errors.js";
export { type Arrived, Hub, type Sent } from "./hub.js";
export { type Address, commitment, type Files, type Manifest, type Receipt, type Unit, unitOf } from "./manifest.js";
export { type Member, newMember } from "./member.js";
