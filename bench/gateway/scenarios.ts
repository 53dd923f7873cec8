/** The programs that are measured. */
export type SubjectName = "gw" | "gw-10-endpoints" | "gw-1000-endpoints" | "haproxy" | "nginx";

/** One row of the results: what is asked for, and what it may cost. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** The subject whose cost is compared, with what it is asked for. */
  readonly subject: Call;
  /** What it is compared with; its cost is 1.0. */
  readonly baseline: Call;
  /** Measured beside them, for the reader. */
  readonly beside: readonly Call[];
  /** The ratio must not be above. */
  readonly target: number;
  readonly connections: number;
}

/** A path asked from a subject. */
export interface Call {
  readonly from: SubjectName;
  readonly path: string;
}

const plainProxying: Call = { from: "haproxy", path: "/small" };

/** The measured scenarios, in the order of the results. */
export const scenarios: readonly Scenario[] = [
  {
    name: "json",
    title: "1 JSON backend, 150 B",
    subject: { from: "gw", path: "/json" },
    baseline: plainProxying,
    beside: [{ from: "nginx", path: "/small" }],
    target: 1.4,
    connections: 50,
  },
  {
    name: "no-op",
    title: "`no-op`, 150 B",
    subject: { from: "gw", path: "/no-op" },
    baseline: plainProxying,
    beside: [{ from: "nginx", path: "/small" }],
    target: 1.25,
    connections: 50,
  },
  {
    name: "merged",
    title: "3 merged backends, 150 B each",
    subject: { from: "gw", path: "/merged" },
    baseline: plainProxying,
    beside: [],
    target: 2.4,
    connections: 50,
  },
  {
    name: "filtered",
    title: "8.4 KB JSON (100 objects) with `allow` and `mapping`",
    subject: { from: "gw", path: "/filtered" },
    baseline: plainProxying,
    beside: [
      { from: "haproxy", path: "/list" },
      { from: "nginx", path: "/list" },
    ],
    target: 4,
    connections: 50,
  },
  {
    name: "stream",
    title: "1 MB streamed through `no-op`",
    subject: { from: "gw", path: "/large" },
    baseline: { from: "haproxy", path: "/large" },
    beside: [{ from: "nginx", path: "/large" }],
    target: 1.25,
    connections: 10,
  },
  {
    name: "endpoints",
    title: "1,000 endpoints, against 10",
    subject: { from: "gw-1000-endpoints", path: "/service-999/7/json" },
    baseline: { from: "gw-10-endpoints", path: "/service-9/7/json" },
    beside: [],
    target: 1.05,
    connections: 50,
  },
];

/** So many requests are in flight at once, against an upstream that takes a second; all answers are due in this time. */
export const burst = { name: "burst", path: "/slow", count: 2000, limitMs: 2000 } as const;
