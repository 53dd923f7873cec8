/** The list without items that all share: frozen, and as good as any other empty one. */
export const EMPTY_LIST: readonly never[] = Object.freeze([]);
