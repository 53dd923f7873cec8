const MAX_CHARACTERS = 60;

/** A value as JSON on one line, cut where it gets long. */
export function renderShort(value: unknown): string {
  return cutShort(JSON.stringify(value) ?? "");
}

/** A text of one line, cut where it gets long. */
export function cutShort(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}
