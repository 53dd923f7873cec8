import { VERSION } from "../version.ts";
import { type Command, type CommandOption, helpOption } from "./command.ts";

/** The text of `gw --help`: what gw is, and its commands. */
export function renderOverview(commands: readonly Command[]): string {
  return paragraphs([
    `gw ${VERSION}: an API gateway that serves KrakenD configuration files.`,
    "Usage: gw COMMAND [OPTIONS]",
    section("Commands", table(commands.map(({ name, summary }) => [name, summary]))),
    section("Options", renderOptions([helpOption, versionOption])),
    section("Example", ["gw run -c krakend.json"]),
    "Run 'gw COMMAND --help' for the options of a command, 'gw help --man' for the manual page.",
  ]);
}

const versionOption: CommandOption = {
  long: "version",
  short: "v",
  value: null,
  description: "print the version",
  choices: [],
};

/** The text of `gw COMMAND --help`: usage, purpose, options, examples, exit codes. */
export function renderCommandHelp(command: Command): string {
  const { description, usage, name, aliases, options, examples, exitCodes } = command;
  const words = usage === "" ? "" : ` ${usage}`;
  return paragraphs([
    `Usage: gw ${name}${words}`,
    description,
    ...(aliases.length === 0 ? [] : [section("Aliases", [aliases.join(", ")])]),
    section("Options", renderOptions([...options, helpOption])),
    section(examples.length > 1 ? "Examples" : "Example", examples),
    section("Exit codes", table(exitCodes.map(([code, meaning]) => [String(code), meaning]))),
  ]);
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function renderOptions(options: readonly CommandOption[]): string[] {
  return table(
    options.map(({ long, short, value, description, choices }) => {
      const flags = short === null ? `    --${long}` : `-${short}, --${long}`;
      const given = choices.length > 0 ? choices.join("|") : value;
      return [given === null ? flags : `${flags} ${given}`, description];
    }),
  );
}

/** Two columns, the first as wide as its longest entry. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${first.padEnd(width)}  ${second}`);
}
