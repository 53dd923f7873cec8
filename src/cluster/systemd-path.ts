import { CheckedText } from "./checked-text.ts";

/** An absolute path that can stand in a unit: made by {@link UnitPath.parse} alone. */
export class UnitPath {
  /** As the file system knows it. */
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Why a path cannot be used in a unit, as a clause for the user, or the path. */
  static parse(text: string): UnitPath | { readonly problem: string } {
    if (!text.startsWith("/")) return { problem: "it must be absolute: /opt/gw" };
    if (text.length > 1024) return { problem: "it is longer than 1024 characters" };
    if (REFUSED.test(text)) {
      return {
        problem: "only printable ASCII is taken, without $, backslashes and blanks at an end",
      };
    }
    if (/(?:^|\/)\.{1,2}(?:\/|$)|\/\/|.\/$/.test(text)) {
      return { problem: "write it without . and .., double and closing slashes" };
    }
    const hidden = HIDDEN.find((folder) => text === folder || text.startsWith(`${folder}/`));
    if (hidden === undefined) return new UnitPath(text);
    return { problem: `the unit does not see what is below ${hidden}; /opt/gw is a good place` };
  }

  /** The path of a file in this folder; `name` may be any file's name that exists. */
  join(name: string): UnitPath | { readonly problem: string } {
    return UnitPath.parse(`${this.text === "/" ? "" : this.text}/${name}`);
  }

  /** As one word of a command line in a unit. */
  get word(): CheckedText {
    const text = this.text.replaceAll("%", "%%");
    if (/^[A-Za-z0-9_./@+:,%-]+$/.test(text)) return CheckedText.checked(text, PLAIN_WORD);
    return CheckedText.checked(`"${text.replaceAll('"', '\\"')}"`, QUOTED_WORD);
  }

  /** As the whole value of a setting, where quotes mean themselves. */
  get value(): CheckedText {
    return CheckedText.checked(this.text.replaceAll("%", "%%"), VALUE);
  }
}

// A percent sign alone would be one of systemd's specifiers.
const PLAIN_WORD = /^(?:[A-Za-z0-9_./@+:,-]|%%)+$/;
const QUOTED_WORD = /^"(?:[^"\\$%]|%%|\\")+"$/;
const VALUE = /^\/(?:[^\\$%]|%%)*$/;

// A command replaces $VARIABLES in words but not in the path of the program; nobody needs either.
const REFUSED = /[^ -~]|[$\\]|^ | $/;

/** What ProtectHome, PrivateTmp, PrivateDevices and InaccessiblePaths hide or replace. */
const HIDDEN = [
  "/home",
  "/root",
  "/run/user",
  "/tmp",
  "/var/tmp",
  "/dev",
  "/proc",
  "/sys",
  "/boot",
];
