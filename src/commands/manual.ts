import { VERSION } from "../version.ts";
import { type Command, type CommandOption, helpOption } from "./command.ts";
import { environmentTopic, filesTopic, type ManualTopic, signalsTopic } from "./manual-topics.ts";

/** The manual page gw(1) in the roff of man(7), made of the same declarations as the help. `date` is `2026-11-30`. */
export function renderManual(commands: readonly Command[], date: string): string {
  const names = commands.map(({ name }) => name);
  return joinLines([
    `.TH GW 1 "${date}" ${quote(`gw ${VERSION}`)} "User Commands"`,
    ".nh",
    ".ad l",
    ".SH NAME",
    "gw \\- an API gateway that serves KrakenD configuration files",
    ".SH SYNOPSIS",
    ...commands.flatMap(renderSynopsis),
    ".SH DESCRIPTION",
    ...fill(
      "gw serves files of KrakenD Community Edition (format 3) unmodified: it calls the backends that an endpoint names, merges what they answer and gives that to the client.",
    ),
    ...fill(`Its commands are ${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}.`),
    ".SH COMMANDS",
    ...commands.flatMap(renderCommand),
    ".SH EXIT STATUS",
    ...renderExitCodes(commands),
    ...[environmentTopic, filesTopic, signalsTopic].flatMap(renderTopic),
    ".SH EXAMPLES",
    ...renderExamples(commands.flatMap(({ examples }) => examples)),
  ]);
}

function renderSynopsis({ name, usage }: Command, index: number): readonly string[] {
  const words = usage === "" ? "" : ` ${toRoff(usage)}`;
  return [...(index === 0 ? [] : [".br"]), `\\fBgw ${toRoff(name)}\\fR${words}`];
}

function renderCommand(command: Command): readonly string[] {
  const { name, usage, description, aliases, options, examples } = command;
  const words = usage === "" ? "" : ` ${usage}`;
  return [
    `.SS ${quote(`gw ${name}${words}`)}`,
    ...renderDescription(description),
    ...(aliases.length === 0 ? [] : [".PP", ...fill(`Also called ${aliases.join(", ")}.`)]),
    ...[...options, helpOption].flatMap(renderOption),
    ".PP",
    ...renderExamples(examples),
  ];
}

/** Lines are filled anew; a blank line parts paragraphs, indented ones stay as they are. */
function renderDescription(description: string): readonly string[] {
  return description.split("\n\n").flatMap((paragraph, index) => {
    const start = index === 0 ? [] : [".PP"];
    return paragraph.startsWith("  ")
      ? [...start, ".nf", ...paragraph.split("\n").map(plain), ".fi"]
      : [...start, ...fill(paragraph)];
  });
}

function renderOption({ long, short, value, description, choices }: CommandOption): string[] {
  const flags = short === null ? [`--${long}`] : [`-${short}`, `--${long}`];
  const given = choices.length > 0 ? choices.join("|") : value;
  const shown = flags.map((flag) => `\\fB${toRoff(flag)}\\fR`).join(", ");
  return [
    ".TP",
    given === null ? shown : `${shown} \\fI${toRoff(given)}\\fR`,
    ...fill(description),
  ];
}

function renderExamples(examples: readonly string[]): readonly string[] {
  return [".RS 4", ".nf", ...examples.map(plain), ".fi", ".RE"];
}

/** Each code with what it means, and where that is not the same in all commands, in which. */
function renderExitCodes(commands: readonly Command[]): readonly string[] {
  const meanings = new Map<number, string[]>();
  for (const { name, exitCodes } of commands) {
    for (const [code, meaning] of exitCodes) {
      meanings.set(code, [...(meanings.get(code) ?? []), `gw ${name}: ${meaning}.`]);
    }
  }
  return [...meanings.keys()]
    .sort((left, right) => left - right)
    .flatMap((code) => [
      ".TP",
      `\\fB${code}\\fR`,
      ...(meanings.get(code) ?? []).flatMap((meaning, index) =>
        index === 0 ? fill(meaning) : [".br", ...fill(meaning)],
      ),
    ]);
}

function renderTopic({ title, entries }: ManualTopic): readonly string[] {
  return [
    `.SH ${title}`,
    ...entries.flatMap(([term, text]) => [".TP", `\\fB${toRoff(term)}\\fR`, ...fill(text)]),
  ];
}

function joinLines(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** Text as lines of its own for each sentence, so that the formatter knows where one ends, none too long to read. */
function fill(text: string): readonly string[] {
  return text
    .replaceAll("\n", " ")
    .split(/(?<=[.:]) (?=[A-Z])/)
    .flatMap((sentence) => toRoff(sentence).match(/.{1,78}(?: |$)|[^ ]+/g) ?? [])
    .map((line) => protect(line.trimEnd()));
}

/** A line of text: a dot or quote at its start would be taken for a request. */
function plain(text: string): string {
  return protect(toRoff(text));
}

function protect(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

function toRoff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti");
}

/** An argument of a request. */
function quote(text: string): string {
  return `"${toRoff(text).replaceAll('"', "\\(dq")}"`;
}
