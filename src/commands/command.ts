import type { Appendix } from "../config/appendix.ts";
import type { StopSignals } from "./stop-signals.ts";

/** What a command finds around it; nothing else of the process is read. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard output: what was asked for. */
  readonly out: TextOutput;
  /** Standard error: what is said about it. */
  readonly err: TextOutput;
  /** Looks for the configuration behind the program; absent: there is none, as from source. */
  readonly carried?: () => Appendix;
  /** The module of a worker thread. */
  readonly workerEntry: URL;
  /** Listened to since the process began, where the command is `run`. */
  readonly stopSignals?: StopSignals | undefined;
}

/** One of the two outputs of the process. */
export interface TextOutput {
  /** Colours make sense. */
  readonly isTerminal: boolean;
  /** A reader that has gone is no error. */
  write(text: string): void;
}

/** A command of `gw`: its help text is made of this. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** One line for the list of commands. */
  readonly summary: string;
  /** Words after the name. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** Names of further words, all optional; empty: none are taken. */
  readonly operands: readonly string[];
  /** The only words that are taken as the first operand; absent: any. */
  readonly operandChoices?: readonly string[];
  /** Groups of options, by long name, of which only one may be given. */
  readonly exclusive?: readonly (readonly string[])[];
  readonly examples: readonly string[];
  readonly exitCodes: readonly (readonly [number, string])[];
  /** Resolves with the exit code. */
  run(given: GivenArguments, context: CommandContext): Promise<number>;
}

/** A flag, or an option with a value. */
export interface CommandOption {
  /** Without dashes. */
  readonly long: string;
  readonly short: string | null;
  /** Names the value in the help (`FILE`); `null`: a flag. */
  readonly value: string | null;
  readonly description: string;
  /** The only values that are taken; empty: any. */
  readonly choices: readonly string[];
  /** May be given several times, with a value each. */
  readonly isRepeatable?: boolean;
}

/** The words after a command's name, checked against its options. */
export interface GivenArguments {
  /** By long name; a flag's value is empty. */
  readonly options: ReadonlyMap<string, string>;
  /** How often each was given, by long name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Every value of the options that are repeatable, in the order given, by long name. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

/** Words that make no sense; the message is for the user. */
export interface UsageProblem {
  readonly usageProblem: string;
}

/** Exit codes that mean the same in every command. */
export const EXIT_OK = 0;
/** What was asked for could not be done; each command's help says what that means. */
export const EXIT_FAILURE = 1;
/** A usage error: unknown command, flag or value. */
export const EXIT_USAGE = 2;
/** The program that was asked (HAProxy with --check) refused what gw wrote, or is not there. */
export const EXIT_REFUSED = 3;
/** A bug of gw's (`EX_SOFTWARE` of sysexits.h). */
export const EXIT_BUG = 70;
/** Ended by a signal: 128 and its number. */
export const EXIT_SIGINT = 130;
/** The same for the other signal. */
export const EXIT_SIGTERM = 143;
/** `gw run` was given a configuration that it cannot serve; the code is KrakenD's. */
export const EXIT_UNREADABLE = 255;

/** `-c`, the same wherever a command wants a configuration. */
export const configOption: CommandOption = {
  long: "config",
  short: "c",
  value: "FILE",
  description:
    "the configuration: JSON, or YAML or TOML by its extension (default: the one in the program)",
  choices: [],
};

/** Every command has it. */
export const helpOption: CommandOption = {
  long: "help",
  short: "h",
  value: null,
  description: "show this text",
  choices: [],
};
