import type { AccessRecord, RenderAccess } from "./access-line.ts";
import { LineBatch } from "./line-batch.ts";

/** Where access lines go, and how they look. */
export interface AccessLogOptions {
  readonly render: RenderAccess;
  /** Takes whole lines, several at once; must not block and must not throw. */
  readonly destination: (lines: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const FLUSH_DELAY_MS = 100;

/** One line for each request, written in batches. */
export class AccessLog {
  readonly #render: RenderAccess;
  readonly #now: () => number;
  readonly #batch: LineBatch;

  constructor({ render, destination, now = Date.now }: AccessLogOptions) {
    this.#render = render;
    this.#now = now;
    this.#batch = new LineBatch({ destination, delayMs: FLUSH_DELAY_MS });
  }

  /** Renders at once, so the record may be reused. */
  write(record: AccessRecord): void {
    this.#batch.write(this.#render(record, this.#now()));
  }

  /** Hands on what waits; to be called before the process ends. */
  flush(): void {
    this.#batch.flush();
  }
}
