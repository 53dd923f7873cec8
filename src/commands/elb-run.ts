import { type ElbOptions, findElbWarnings, renderElb } from "../cluster/elb.ts";
import { DEFAULT_FACTS, readGatewayFacts } from "../cluster/gateway-facts.ts";
import { renderLoadFailure } from "../config/load.ts";
import {
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  type GivenArguments,
} from "./command.ts";
import { hasConfiguration, loadConfiguration } from "./configuration.ts";
import { reportUsage } from "./usage-error.ts";

/** What `gw elb` does; resolves with its exit code. */
export async function renderElbTemplate(
  { options }: GivenArguments,
  context: CommandContext,
): Promise<number> {
  const { out, err } = context;
  const type = options.get("type");
  if (type !== "alb" && type !== "nlb") {
    return reportUsage("required and not given: --type alb or --type nlb", "elb", context);
  }
  const elb: ElbOptions = { type, hasTls: options.has("tls"), isInternal: options.has("internal") };
  const file = options.get(configOption.long);
  const loaded = hasConfiguration(file, context) ? loadConfiguration({ file }, context) : null;
  if (loaded !== null && "problems" in loaded) {
    err.write(`${renderLoadFailure(loaded)}\n`);
    return EXIT_FAILURE;
  }
  const facts = loaded === null ? DEFAULT_FACTS : readGatewayFacts(loaded);
  for (const { path, message } of facts.problems) {
    err.write(`${loaded?.config.source}: ${path}: ${message}\n`);
  }
  if (facts.problems.length > 0) return EXIT_FAILURE;

  if (loaded === null) {
    err.write("W04 no gateway configuration (-c): port, timeouts and health path are defaults\n");
  }
  const warnings = findElbWarnings(facts, elb, loaded?.config.shutdownDelayMs);
  for (const warning of warnings) err.write(`${warning}\n`);
  out.write(renderElb(facts, elb));
  return EXIT_OK;
}
