/** A page's text, word by word: each leads to its box, and arrow keys go from word to word. */

import { useSignalEffect } from "@preact/signals";
import { Fragment } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { Page } from "../../api/client";
import { announce } from "../../app/announce";
import { linesOf } from "../../documents/lines";
import { surenessOf } from "../../words/confidence";
import { isMatch } from "../../words/matching";
import { moved } from "./moving";
import { type Selection, wordOf } from "./selection";

interface Props {
  page: Page;
  terms: ReadonlySet<string>;
  selection: Selection;
}

export function PageText({ page, terms, selection }: Props) {
  const { page_number: number, words } = page;
  const lines = useMemo(() => linesOf(words), [words]);
  const text = useRef<HTMLDivElement>(null);
  useSignalEffect(() => void highlight(text.current, "hovered", selection.hoveredOn(number)));
  useSignalEffect(() => {
    const chosen = selection.chosenOn(number);
    const element = highlight(text.current, "chosen", chosen);
    element?.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  });
  const move = (event: KeyboardEvent) => {
    const next = moved(event.key, selection.chosenOn(number), words);
    if (next === null) return;
    event.preventDefault();
    selection.chosen.value = { page: number, word: next };
    const word = words[next];
    if (word) announce(`${word.text}, ${Math.round(word.confidence)}% sure`);
  };
  const point = (event: Event) => {
    const word = wordOf(event);
    selection.hovered.value = word === null ? null : { page: number, word };
  };
  const choose = (event: Event) => {
    const word = wordOf(event);
    // A drag selects text to copy, and chooses nothing.
    if (word !== null && getSelection()?.isCollapsed !== false)
      selection.chosen.value = { page: number, word };
  };
  return (
    <div
      ref={text}
      class="page-text"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go from word to word in it
      tabIndex={0}
      role="group"
      aria-label={`Text of page ${number}. Arrow keys go from word to word.`}
      onKeyDown={move}
      onPointerOver={point}
      onPointerLeave={() => {
        selection.hovered.value = null;
      }}
      onClick={choose}
    >
      {lines.map((line, place) => (
        <p key={place} class={line.apart ? "apart" : ""}>
          {line.words.map(({ index, word }) => (
            <Fragment key={index}>
              <span
                data-w={index}
                class={`${surenessOf(word.confidence)} ${isMatch(word.text, terms) ? "match" : ""}`}
              >
                {word.text}
              </span>{" "}
            </Fragment>
          ))}
        </p>
      ))}
    </div>
  );
}

/** Mark one word, by class, without drawing the text anew; returns its element. */
function highlight(text: HTMLElement | null, name: string, index: number | null): Element | null {
  text?.querySelector(`.${name}`)?.classList.remove(name);
  const element = index === null ? null : (text?.querySelector(`[data-w="${index}"]`) ?? null);
  element?.classList.add(name);
  return element;
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
