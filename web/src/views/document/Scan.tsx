/** A page as it was scanned, with a box around each word. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Page } from "../../api/client";
import { surenessOf } from "../../words/confidence";
import { isMatch } from "../../words/matching";
import { type Selection, wordOf } from "./selection";

interface Props {
  page: Page;
  boxes: boolean;
  terms: ReadonlySet<string>;
  selection: Selection;
  /** The image's address does not work; returns whether another will come. */
  onLost(): boolean;
}

export function Scan({ page, boxes, terms, selection, onLost }: Props) {
  const { page_number: number, width, height } = page;
  const lost = useSignal(false);
  const point = (event: Event) => {
    const word = wordOf(event);
    selection.hovered.value = word === null ? null : { page: number, word };
  };
  const choose = (event: Event) => {
    const word = wordOf(event);
    if (word !== null) selection.chosen.value = { page: number, word };
  };
  return (
    <>
      {page.image_url && !lost.value && (
        <img
          src={page.image_url}
          alt={`Page ${number} as it was scanned`}
          decoding="async"
          onError={() => {
            lost.value = !onLost();
          }}
        />
      )}
      {lost.value && (
        <p class="scan-lost">The picture of this page could not be loaded. Load the page again to see it.</p>
      )}
      {/* The same words stand in the text beside it, which is what a keyboard and a screen reader use. */}
      <svg
        class={`words ${boxes ? "" : "only-pointed"}`}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerOver={point}
        onPointerLeave={() => {
          selection.hovered.value = null;
        }}
        onClick={choose}
      >
        <Boxes page={page} terms={terms} />
        <Mark page={page} selection={selection} />
      </svg>
    </>
  );
}

/** All boxes: drawn once a page. */
function Boxes({ page, terms }: Pick<Props, "page" | "terms">) {
  return (
    <g>
      {page.words.map((word, index) => (
        <rect
          key={index}
          data-w={index}
          class={`${surenessOf(word.confidence)} ${isMatch(word.text, terms) ? "match" : ""}`}
          x={word.x0 - 1}
          y={word.y0 - 1}
          width={Math.max(1, word.x1 - word.x0 + 2)}
          height={Math.max(1, word.y1 - word.y0 + 2)}
          rx={1.5}
        />
      ))}
    </g>
  );
}

/** The box that is pointed at, drawn over the others. */
function Mark({ page, selection }: Pick<Props, "page" | "selection">) {
  const index = useComputed(
    () => selection.hoveredOn(page.page_number) ?? selection.chosenOn(page.page_number),
  );
  const mark = useRef<SVGRectElement>(null);
  useSignalEffect(() => {
    // A scan that is larger than its frame is moved to the word that was chosen.
    if (selection.chosenOn(page.page_number) === null) return;
    requestAnimationFrame(() => toMiddle(mark.current));
  });
  const word = index.value === null ? undefined : page.words[index.value];
  if (!word) return null;
  return (
    <rect
      ref={mark}
      class="pointed"
      x={word.x0 - 2}
      y={word.y0 - 2}
      width={word.x1 - word.x0 + 4}
      height={word.y1 - word.y0 + 4}
      rx={2}
    />
  );
}

/** Scroll the frame around a mark sideways, when the scan is wider than it. */
function toMiddle(mark: SVGRectElement | null): void {
  const frame = mark?.closest(".scan-frame");
  if (!mark || !frame || frame.scrollWidth <= frame.clientWidth) return;
  const [box, around] = [mark.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollLeft += box.left + box.width / 2 - around.left - around.width / 2;
}
