/** How many 32-bit numbers each named section holds. */
export type SectionSizes = Readonly<Record<string, number>>;

/** All that another thread needs to see the same memory; survives structured cloning. */
export interface SharedMemoryPlan {
  readonly buffer: SharedArrayBuffer;
  /** First number and count of each section. */
  readonly sections: Readonly<Record<string, readonly [number, number]>>;
}

/** Sections begin on cache lines of their own, so that threads writing to different ones do not slow each other down. */
const NUMBERS_PER_LINE = 16;

/** Memory that all threads see, divided into named sections before the threads start; to be used through `Atomics`. */
export class SharedMemory {
  readonly plan: SharedMemoryPlan;

  constructor(plan: SharedMemoryPlan) {
    this.plan = plan;
  }

  /** Lays the sections out, one behind the other, all zero. */
  static create(sizes: SectionSizes): SharedMemory {
    const sections: Record<string, readonly [number, number]> = {};
    let end = 0;
    for (const [name, count] of Object.entries(sizes)) {
      sections[name] = [end, count];
      end += Math.ceil(count / NUMBERS_PER_LINE) * NUMBERS_PER_LINE;
    }
    const buffer = new SharedArrayBuffer(end * Int32Array.BYTES_PER_ELEMENT);
    return new SharedMemory({ buffer, sections });
  }

  /** Throws for a name that was not laid out: nothing can be added once threads run. */
  section(name: string): Int32Array<SharedArrayBuffer> {
    const place = this.plan.sections[name];
    if (place === undefined) throw new Error(`shared memory has no section "${name}"`);
    const [start, count] = place;
    return new Int32Array(this.plan.buffer, start * Int32Array.BYTES_PER_ELEMENT, count);
  }
}
