/** A finding of a check, or of a hub. */
export interface Finding {
  code: string;
  severity: string;
  message: string;
  remedy: string;
  file?: string | null;
  record?: number | null;
  field?: string | null;
  value?: string | null;
}

/** What went wrong: a stable code, Japanese words for people, and what to do now. None holds personal data. */
export class RenkeiError extends Error {
  constructor(
    readonly code: string,
    readonly what: string,
    readonly remedy: string,
    /** HTTP status of the hub's refusal, 0 for what this library found. */
    readonly status = 0,
    readonly findings: readonly Finding[] = [],
  ) {
    super(`${what}${remedy}(${code})`);
    this.name = "RenkeiError";
  }
}

/** An answer, certificate or signature that must not be believed. `detail` is English, for the log. */
export function untrue(detail: string, code = "E-HUB-ANSWER"): RenkeiError {
  const error = new RenkeiError(code, "ハブか相手の答えが正しくありません。", "接続先を確かめてください。");
  error.cause = detail;
  return error;
}
