import type { TimerWheel } from "../lib/timer-wheel.ts";
import { TimerEntry } from "../lib/timer-wheel.ts";
import type { Logger } from "../logging/logger.ts";
import { hostsOfRecords, type SrvRecord } from "./srv-records.ts";

/** Asks DNS for the records of a service; rejects where there is no answer. */
export type LookupSrv = (name: string) => Promise<readonly SrvRecord[]>;

/** What discovery is made of. */
export interface DiscoveryScope {
  readonly lookup: LookupSrv;
  /** How long an answer is used before DNS is asked again. */
  readonly ttlMs: number;
  readonly wheel: TimerWheel;
  readonly log: Logger;
}

/** Hosts that may be others later on. */
export interface HostList<Host> {
  readonly current: readonly Host[];
}

/** The services that are found through DNS: each name is looked up at the start and then in the background. */
export class SrvDirectory {
  readonly #scope: DiscoveryScope;
  readonly #services = new Map<string, SrvService>();

  constructor(scope: DiscoveryScope) {
    this.#scope = scope;
  }

  /** What DNS says of a name now, `parse`d host by host; empty until it has answered for the first time. */
  list<Host>(name: string, scheme: string, parse: (host: string) => Host): HostList<Host> {
    let service = this.#services.get(name);
    if (service === undefined) {
      service = new SrvService(name, this.#scope);
      this.#services.set(name, service);
    }
    const list = { current: [] as readonly Host[] };
    service.subscribe((records) => {
      list.current = hostsOfRecords(records, scheme).map(parse);
    });
    return list;
  }

  /** Resolves when every name has been asked for once, whatever came of it. */
  async firstAnswers(): Promise<void> {
    await Promise.all([...this.#services.values()].map(({ firstAnswer }) => firstAnswer));
  }

  /** Asks no more. */
  close(): void {
    for (const service of this.#services.values()) service.close();
  }
}

type Subscriber = (records: readonly SrvRecord[]) => void;

/** One name, for all backends that have it. */
class SrvService {
  readonly firstAnswer: Promise<void>;
  readonly #name: string;
  readonly #scope: DiscoveryScope;
  readonly #subscribers: Subscriber[] = [];
  readonly #refresh: TimerEntry;
  #records: readonly SrvRecord[] = [];
  #trouble = "";
  #isClosed = false;

  constructor(name: string, scope: DiscoveryScope) {
    this.#name = name;
    this.#scope = scope;
    this.#refresh = new TimerEntry(() => void this.#update());
    this.firstAnswer = this.#update();
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.push(subscriber);
    subscriber(this.#records);
  }

  close(): void {
    this.#isClosed = true;
    this.#scope.wheel.cancel(this.#refresh);
  }

  async #update(): Promise<void> {
    try {
      const records = await this.#scope.lookup(this.#name);
      if (this.#isClosed) return;
      this.#records = records;
      for (const subscriber of this.#subscribers) subscriber(records);
      this.#noteUse(records);
    } catch (error) {
      if (this.#isClosed) return;
      const why = error instanceof Error ? error.message : String(error);
      const stays = this.#records.length === 0 ? "it has no hosts" : "its last hosts stay";
      this.#note(`${why}; ${stays}`);
    }
    this.#scope.wheel.schedule(this.#refresh, this.#scope.ttlMs);
  }

  #noteUse(records: readonly SrvRecord[]): void {
    const isUsable = hostsOfRecords(records, "http").length > 0;
    this.#note(isUsable ? "" : "no record of the lowest priority has a weight; it has no hosts");
  }

  /** Says what is wrong once, not at every refresh, and when it is over. */
  #note(trouble: string): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    const { log } = this.#scope;
    if (trouble === "") log.info(`[SERVICE: DNS] ${this.#name} has hosts again`);
    else log.error(`[SERVICE: DNS] ${this.#name}: ${trouble}`);
  }
}
