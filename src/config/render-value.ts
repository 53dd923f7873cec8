const MAX_CHARACTERS = 60;

/** A value as JSON on one line, cut where it gets long. */
export function renderShort(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}
