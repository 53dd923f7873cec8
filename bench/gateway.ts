// What a request costs, side by side with HAProxy and nginx in the same run. Needs two cores, and haproxy, nginx, wrk.
//
//   bun bench/gateway.ts [--quick] [--scenario NAME] [--proxies-only]
//
// A full run writes bench/RESULTS.md. GW_BINARY=dist/gw measures the built binary. --proxies-only plays HAProxy's
// part with nginx, to try the method itself.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BurstResult, runBurst } from "./gateway/load.ts";
import { type Effort, measureScenario, type ScenarioResult } from "./gateway/measure.ts";
import { renderReport } from "./gateway/report.ts";
import { burst, type Scenario, scenarios } from "./gateway/scenarios.ts";
import { type Stage, setStage } from "./gateway/subjects.ts";

const FULL: Effort = { seconds: 5, warmUpSeconds: 3, rounds: 7 };
const QUICK: Effort = { seconds: 2, warmUpSeconds: 1, rounds: 3 };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    scenario: { type: "string" },
    "proxies-only": { type: "boolean", default: false },
  },
});
process.exit(await main());

async function main(): Promise<number> {
  const isWanted = (name: string): boolean =>
    values.scenario === undefined || values.scenario === name;
  const names = [...scenarios.map((one) => one.name), burst.name];
  if (!names.some(isWanted)) {
    console.error(`no scenario "${values.scenario}"; there are: ${names.join(", ")}`);
    return 2;
  }
  const effort = values.quick ? QUICK : FULL;
  const wanted = scenarios.filter((one) => isWanted(one.name)).map(withoutGateway);
  const stage = await setStage(!values["proxies-only"]);
  try {
    const results: ScenarioResult[] = [];
    for (const scenario of wanted) {
      results.push(await measureScenario(scenario, stage, effort));
      console.error(`${scenario.name} done`);
    }
    const answered = isWanted(burst.name) ? await measureBurst(stage) : undefined;
    publish(renderReport({ scenarios: results, burst: answered, effort }));
    return 0;
  } finally {
    stage.stop();
  }
}

async function measureBurst(stage: Stage): Promise<BurstResult | undefined> {
  const gateway = stage.subjects.get("gw");
  if (gateway === undefined) return undefined;
  // The first burst opens the connections to the upstream and compiles the code.
  await runBurst(gateway.port, burst.path, burst.count);
  return runBurst(gateway.port, burst.path, burst.count);
}

function publish(report: string): void {
  console.log(report);
  const isFull = !values.quick && values.scenario === undefined && !values["proxies-only"];
  if (isFull) writeFileSync(join(import.meta.dir, "RESULTS.md"), report);
}

function withoutGateway(scenario: Scenario): Scenario {
  if (!values["proxies-only"]) return scenario;
  const { path } = scenario.baseline;
  const shared = scenario.baseline.from === "haproxy" ? path : "/small";
  return {
    ...scenario,
    subject: { from: "nginx", path: shared },
    baseline: { from: "haproxy", path: shared },
  };
}
