import { expect, test } from "bun:test";
import type { Gathered, ProxyRequest, Stage } from "../../src/contracts.ts";
import { failure } from "../../src/errors.ts";
import { withJsonBlock } from "../../src/json/block.ts";
import { createManualWheel } from "../../src/lib/manual-wheel.fixture.ts";
import { createMergeStage } from "../../src/proxy/merge.ts";
import { compileRespParams, type NeededOfAnswer } from "../../src/proxy/resp-params.ts";
import { createSequentialStage } from "../../src/proxy/sequential.ts";
import { request } from "../../src/proxy/stage.fixture.ts";
import { dataResponse } from "../../src/results.ts";
import {
  createDice,
  type Dice,
  keys,
  randomDocument,
  randomList,
} from "../json/random-documents.ts";
import { parseTree, printTree, type Tree } from "../json/reference.ts";
import {
  type BackendAnswer,
  mergeAnswers,
  mergeSequence,
  type Outcome,
  respValue,
} from "./reference.ts";

const ROUNDS = 2_000;
const TIMEOUT_MS = 60_000;
const { wheel } = createManualWheel();
const OPTIONS = { timeoutMs: 1000, copiesBody: false, wheel };

test(
  "answers of backends that come in any order are merged as the reference does",
  async () => {
    const dice = createDice(0x3e46e);

    for (let round = 0; round < ROUNDS; round++) {
      const answers = randomList(dice, 2, 5, () => randomAnswer(dice));
      const waiting = answers.map(() => Promise.withResolvers<Gathered>());
      const stage = createMergeStage(
        waiting.map(
          ({ promise }) =>
            () =>
              promise,
        ),
        OPTIONS,
      );
      const order = shuffled(dice, answers.length);

      const result = stage(request());
      for (const index of order) waiting[index]!.resolve(answers[index]!.gathered);

      const expected = mergeAnswers(order.map((index) => answers[index]!.answer));
      expect(outcomeOf(await result), describe(answers)).toEqual(printed(expected));
    }
  },
  TIMEOUT_MS,
);

test(
  "sequences go as far as the reference does, with the same values on the way",
  async () => {
    const dice = createDice(0x5e9);

    for (let round = 0; round < ROUNDS; round++) {
      const answers = randomList(dice, 2, 5, () => randomAnswer(dice));
      const references = answers.map(() => randomList(dice, 0, 3, () => randomReference(dice)));
      const needed = compileRespParams(
        references.map((names) => ({ urlPattern: names.map((name) => `/{{.${name}}}`).join("") })),
        [],
      );
      const seen: ProxyRequest[] = [];

      const stage = createSequentialStage(toSteps(answers, needed, seen), OPTIONS);
      const outcome = outcomeOf(await stage(request()));

      const { called, ...expected } = mergeSequence(answers.map(({ answer }) => answer));
      expect({ ...outcome, called: seen.length }, describe(answers)).toEqual({
        ...printed(expected),
        called,
      });
      for (const [index, { params }] of seen.entries()) {
        const values = references[index]!.map((name) => params.get(name));
        const wanted = references[index]!.map((name) => knownValue(name, index, answers));
        expect(values, describe(answers)).toEqual(wanted);
      }
    }
  },
  TIMEOUT_MS,
);

interface Answer {
  readonly answer: BackendAnswer;
  readonly gathered: Gathered;
  readonly text: string;
}

function randomAnswer(dice: Dice): Answer {
  const message = `failure ${dice.below(100)}`;
  const choice = dice.below(12);
  if (choice === 0) return toAnswer({ kind: "error", message }, null);
  if (choice === 1) return toAnswer({ kind: "data", tree: null, isComplete: true }, null);
  const bytes = randomDocument(dice);
  const tree: Tree = parseTree(bytes)!;
  if (choice === 2) return toAnswer({ kind: "both", tree, message }, bytes);
  return toAnswer({ kind: "data", tree, isComplete: choice !== 3 }, bytes);
}

function toAnswer(answer: BackendAnswer, bytes: Uint8Array | null): Answer {
  const isComplete = answer.kind === "data" && answer.isComplete;
  const error = answer.kind === "data" ? null : failure("backend_status", answer.message);
  const gathered: Gathered = {
    settle(block) {
      const data = bytes === null ? null : block.scan(bytes);
      if (data !== null && typeof data === "object") throw new Error(data.message);
      const response = answer.kind === "error" ? null : dataResponse(data, isComplete);
      return { response, error };
    },
  };
  return { answer, gathered, text: `${answer.kind} ${isComplete} ${bytes && Buffer.from(bytes)}` };
}

function toSteps(
  answers: readonly Answer[],
  needed: readonly NeededOfAnswer[],
  seen: ProxyRequest[],
): { readonly stage: Stage; readonly needed: NeededOfAnswer }[] {
  return answers.map(({ gathered }, index) => ({
    stage: (one: ProxyRequest) => {
      seen.push(one);
      return gathered;
    },
    needed: needed[index]!,
  }));
}

/** Of the keys only those that may stand in a template. */
function randomReference(dice: Dice): string {
  const names = keys.filter((key) => /^\w+$/.test(key));
  const path = randomList(dice, 1, 3, () => dice.oneOf(names)).join(".");
  return `Resp${dice.below(4)}_${path}`;
}

/** What the call at `index` may know: values of answers that came before it. */
function knownValue(name: string, index: number, answers: readonly Answer[]): string | undefined {
  const [, number, path] = /^Resp(\d+)_(.*)$/.exec(name)!;
  const answer = Number(number) < index ? answers[Number(number)]!.answer : undefined;
  if (answer?.kind !== "data") return undefined;
  const value = respValue(answer.tree, path!);
  return value === undefined ? undefined : Buffer.from(value).toString("latin1");
}

function shuffled(dice: Dice, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let left = count; left > 1; left--) {
    order.push(...order.splice(dice.below(left), 1));
  }
  return order;
}

/** Settled twice, as a sequence does: the second time must say the same. */
function outcomeOf(gathered: Gathered): Printed {
  const first = settle(gathered);
  expect(settle(gathered)).toEqual(first);
  return first;
}

interface Printed {
  readonly data: string | undefined;
  readonly isComplete: boolean | undefined;
  readonly message: string | undefined;
}

function settle(gathered: Gathered): Printed {
  return withJsonBlock((block) => {
    const { response, error } = gathered.settle(block);
    const data = response === null ? undefined : response.data;
    const text = data === null ? "null" : data === undefined ? undefined : `${block.emit(data)}`;
    return { data: text, isComplete: response?.isComplete, message: error?.message };
  });
}

function printed({ tree, isComplete, message }: Outcome): Printed {
  const data = tree === null ? "null" : tree === undefined ? undefined : printTree(tree);
  return { data, isComplete, message };
}

function describe(answers: readonly Answer[]): string {
  return answers.map(({ text }) => text).join("\n");
}
