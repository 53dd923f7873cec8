import { checkForElb, renderElb } from "../cluster/elb-template.ts";
import type { LoadedConfig } from "../config/load.ts";
import { readClusterFacts } from "./cluster-facts.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw elb` */
export const elbCommand: Command = {
  name: "elb",
  aliases: [],
  summary: "print a CloudFormation template of an AWS load balancer",
  usage: "--type alb|nlb [-c FILE]",
  description:
    "Prints a stack for AWS CloudFormation: load balancer, target group, listeners and the security\n" +
    "groups of balancer and nodes. An ALB understands HTTP and may end TLS; an NLB passes connections\n" +
    "on and keeps the client's address. Health path, port, TLS and times come from the configuration,\n" +
    "without one they are default values. VPC, subnets and certificate are parameters of the stack;\n" +
    "its outputs are for the Auto Scaling group of the nodes. What must be changed at the nodes, such\n" +
    "as a shutdown delay that is too short, is a warning on standard error.",
  options: [
    {
      long: "type",
      short: null,
      value: "TYPE",
      description: "alb (of HTTP requests) or nlb (of connections)",
      choices: ["alb", "nlb"],
    },
    configOption,
  ],
  operands: [],
  examples: [
    "gw elb --type alb -c gateway.json > gateway.yaml",
    "aws cloudformation deploy --stack-name gw --template-file gateway.yaml --parameter-overrides VpcId=vpc-1 SubnetIds=subnet-1,subnet-2",
  ],
  exitCodes: [
    [EXIT_OK, "printed; there may be warnings"],
    [EXIT_FAILURE, "not printed: the configuration cannot be served, or not behind this type"],
    [
      EXIT_USAGE,
      "unknown flag or argument, no --type, or GW_SHUTDOWN_DELAY is no duration or too long",
    ],
  ],
  async run(given: GivenArguments, context: CommandContext) {
    const type = given.options.get("type");
    if (type !== "alb" && type !== "nlb") {
      return reportUsage("required and not given: --type", elbCommand.name, context);
    }
    const check = (loaded: LoadedConfig) => checkForElb(type, loaded);
    const known = readClusterFacts(given, { command: elbCommand.name, check }, context);
    if ("exitCode" in known) return known.exitCode;
    if (known.loaded === null) {
      context.err.write("WARNING without -c times, port and health path are default values\n");
    }
    const { text, warnings } = renderElb(type, known.facts);
    for (const warning of warnings) context.err.write(`WARNING ${warning}\n`);
    context.out.write(text);
    return EXIT_OK;
  },
};
