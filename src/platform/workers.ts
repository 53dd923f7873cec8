import { parentPort, Worker } from "node:worker_threads";

/** A thread with an event loop and sockets of its own. */
export interface WorkerThread {
  /** The message is copied (structured clone); shared memory stays shared. */
  post(message: unknown): void;
  /** Ends the thread also in the middle of a loop, and closes its sockets. */
  terminate(): void;
}

/** What a thread tells whoever started it. */
export interface WorkerThreadEvents {
  message(message: unknown): void;
  /** Nobody in the thread caught it; `ended` follows. */
  failed(error: unknown): void;
  /** Comes once, last, however it ended. */
  ended(exitCode: number): void;
}

/** Starts a thread on a module, which must be an entry point of the build. */
export function startWorkerThread(entry: URL, events: WorkerThreadEvents): WorkerThread {
  const worker = new Worker(entry);
  worker.on("message", (message: unknown) => events.message(message));
  worker.on("error", (error: unknown) => events.failed(error));
  worker.on("exit", (exitCode) => events.ended(exitCode));
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
}

/** Threads that load their code while nobody needs them yet, and more on demand. */
export class ThreadReserve {
  readonly #entry: URL;
  readonly #waiting: WaitingThread[] = [];

  constructor(entry: URL, count: number) {
    this.#entry = entry;
    for (let i = 0; i < count; i++) this.#waiting.push(startWaiting(entry));
  }

  /** One that waits, else a new one. */
  take(events: WorkerThreadEvents): WorkerThread {
    const waiting = this.#waiting.shift();
    // One that has ended already would do so again: a new one says why.
    if (waiting === undefined || waiting.hasEnded) return startWorkerThread(this.#entry, events);
    waiting.events = events;
    return waiting.thread;
  }
}

interface WaitingThread {
  readonly thread: WorkerThread;
  events: WorkerThreadEvents | null;
  hasEnded: boolean;
}

function startWaiting(entry: URL): WaitingThread {
  let waiting: WaitingThread;
  const thread = startWorkerThread(entry, {
    message: (message) => waiting.events?.message(message),
    failed: (error) => waiting.events?.failed(error),
    ended(exitCode) {
      waiting.hasEnded = true;
      waiting.events?.ended(exitCode);
    },
  });
  waiting = { thread, events: null, hasEnded: false };
  return waiting;
}

/** The thread's side: how it talks to whoever started it. */
export interface ParentPort {
  post(message: unknown): void;
}

/** Opens the way to the thread that started this one; throws in a thread that nobody started. */
export function openParentPort(onMessage: (message: unknown) => void): ParentPort {
  if (parentPort === null) throw new Error("this module runs in a worker thread only");
  const port = parentPort;
  port.on("message", onMessage);
  return { post: (message) => port.postMessage(message) };
}
