/** No response at all: the connection is useless from here on. `message` is what Go's client would say. */
export interface MalformedResponse {
  kind: "malformed";
  message: string;
}

/** A fault with its message. */
export function malformed(message: string): MalformedResponse {
  return { kind: "malformed", message };
}

/** What a stranger sent goes into a message, hence into logs, only up to 256 characters. */
export function cut(text: string): string {
  return text.length > 256 ? `${text.slice(0, 256)}…` : text;
}
