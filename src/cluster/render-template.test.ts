import { expect, test } from "bun:test";
import { CheckedText } from "./checked-text.ts";
import { renderTemplate, type TemplateView } from "./render-template.ts";

const word = CheckedText.own("word");

test("tags keep the line ends that they are written with", () => {
  const template = "a <%= it.word %>\n<% if (it.isOn) { -%>\nb\n<% } -%>\nc\n";

  const text = renderTemplate(template, { word, isOn: true });

  expect(text).toBe("a word\nb\nc\n");
});

test("nothing is escaped: what may stand in a view was checked", () => {
  const text = renderTemplate('<%= it.text %>"', { text: CheckedText.own('a "b" & <c>') });

  expect(text).toBe('a "b" & <c>"');
});

test.each(["it.wrod", "it.inner.wrod", "it.list[0].wrod"])(
  "%s, which is not there, is an error and not the word undefined",
  (name) => {
    const view = { word, inner: { word }, list: [{ word }] };

    expect(() => renderTemplate(`<%= ${name} %>`, view)).toThrow('"wrod", which is not there');
  },
);

test("text that was not checked is refused wherever it stands", () => {
  // What the type forbids, as a mistake of types would bring it.
  const view = { list: [{ text: "listen x" }] } as unknown as TemplateView;

  expect(() => renderTemplate("", view)).toThrow("it.list[0].text was not checked");
});

test.each(["\u0000", "\t", "\r", "\u001b", "\u007f", "\u0085", "\u00a0", "\u2028"])(
  "the character %j in a result is refused",
  (character) => {
    // Past the compiler, which takes literals alone.
    const view = { text: CheckedText.own<"ab">(`a${character}b` as "ab") };

    expect(() => renderTemplate("<%= it.text %>", view)).toThrow("holds the character");
  },
);
