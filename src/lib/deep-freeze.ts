/** Freezes a tree of plain objects and arrays from the leaves up and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) {
    for (const item of value) deepFreeze(item);
  } else {
    // Plain objects inherit nothing that is enumerable, so these are their own members.
    for (const name in value) deepFreeze(value[name]);
  }
  return Object.freeze(value);
}
