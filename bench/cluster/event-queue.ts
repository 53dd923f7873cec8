/** What happens at a time; events of one time happen in the order in which they were added. */
export interface EventQueue {
  readonly nowMs: number;
  add(atMs: number, happen: () => void): void;
  /** Lets everything happen that is due until then. */
  runUntil(endMs: number): void;
}

/** A queue that begins at 0 ms. */
export function createEventQueue(): EventQueue {
  const heap: Entry[] = [];
  let nowMs = 0;
  let added = 0;

  return {
    get nowMs() {
      return nowMs;
    },
    add(atMs, happen) {
      added += 1;
      push(heap, { atMs, order: added, happen });
    },
    runUntil(endMs) {
      for (let first = heap[0]; first !== undefined && first.atMs <= endMs; first = heap[0]) {
        pop(heap);
        nowMs = first.atMs;
        first.happen();
      }
      nowMs = endMs;
    },
  };
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

function push(heap: Entry[], entry: Entry): void {
  let place = heap.length;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!isBefore(entry, heap[parent]!)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;

  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = last;
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
