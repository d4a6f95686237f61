/** What stays in sight above the pages: which page, what is shown, and the words to check. */

import type { Signal } from "@preact/signals";
import type { PageOutline } from "../../api/client";
import { Icon } from "../../components/Icon";
import { surenessOf } from "../../words/confidence";
import { integer } from "../../words/numbers";
import { canZoom, type Zoom, zoomed } from "./zoom";

export type Pane = "both" | "scan" | "text";

interface Props {
  count: number;
  outline: ReadonlyMap<number, PageOutline>;
  current: Signal<number>;
  pane: Signal<Pane>;
  boxes: Signal<boolean>;
  zoom: Signal<Zoom>;
  /** Words to check on the pages that have been read. */
  toCheck: number;
  onGo(page: number): void;
  onCheck(step: 1 | -1): void;
}

export function Toolbar({ count, outline, current, pane, boxes, zoom, toCheck, onGo, onCheck }: Props) {
  return (
    <div class="toolbar" role="toolbar" aria-label="Reading">
      <form
        class="pager"
        onSubmit={(event) => {
          event.preventDefault();
          const field = (event.currentTarget as HTMLFormElement).elements.namedItem(
            "page",
          ) as HTMLInputElement;
          onGo(Math.min(count, Math.max(1, Number(field.value) || 1)));
        }}
      >
        <button
          type="button"
          class="button quiet round"
          aria-label="Page before"
          disabled={current.value <= 1}
          onClick={() => onGo(current.value - 1)}
        >
          <Icon name="up" />
        </button>
        <label>
          <span class="unseen">Page</span>
          <input
            name="page"
            type="number"
            inputmode="numeric"
            min={1}
            max={count}
            value={current.value}
            onChange={(event) => event.currentTarget.form?.requestSubmit()}
          />
        </label>
        <span class="pager-of">of {count}</span>
        <button
          type="button"
          class="button quiet round"
          aria-label="Next page"
          disabled={current.value >= count}
          onClick={() => onGo(current.value + 1)}
        >
          <Icon name="down" />
        </button>
      </form>
      <fieldset class="segments panes">
        <legend class="unseen">What is shown</legend>
        {(["both", "scan", "text"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="pane"
              checked={pane.value === each}
              onChange={() => {
                pane.value = each;
              }}
            />
            <span>{{ both: "Both", scan: "Scan", text: "Text" }[each]}</span>
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        class="button quiet"
        aria-pressed={boxes.value}
        onClick={() => {
          boxes.value = !boxes.value;
        }}
      >
        <Icon name="boxes" />
        <span class="boxes-word">Word boxes</span>
      </button>
      <fieldset class="zoom">
        <legend class="unseen">Size of the scan</legend>
        {([-1, 1] as const).map((step) => (
          <button
            key={step}
            type="button"
            class="button quiet round"
            aria-label={step === 1 ? "Larger" : "Smaller"}
            disabled={pane.value === "text" || !canZoom(zoom.value, step)}
            onClick={() => {
              zoom.value = zoomed(zoom.value, step);
            }}
          >
            <Icon name={step === 1 ? "plus" : "minus"} />
          </button>
        ))}
      </fieldset>
      <fieldset class="check">
        <legend class="unseen">Words to check</legend>
        <button
          type="button"
          class="button quiet round"
          aria-label="Word to check before"
          disabled={toCheck === 0}
          onClick={() => onCheck(-1)}
        >
          <Icon name="back" />
        </button>
        <span class="check-label" data-testid="to-check">
          {toCheck === 0 ? outline.size > 0 && "Nothing to check" : <Words count={toCheck} />}
        </span>
        <button
          type="button"
          class="button quiet round"
          aria-label="Next word to check"
          disabled={toCheck === 0}
          onClick={() => onCheck(1)}
        >
          <Icon name="next" />
        </button>
      </fieldset>
      <PageMap count={count} outline={outline} current={current.value} onGo={onGo} />
    </div>
  );
}

function Words({ count }: { count: number }) {
  return (
    <>
      {integer(count)} <span class="wide-only">{count === 1 ? "word " : "words "}</span>to check
    </>
  );
}

/** All pages at a glance, for the pointer; the field above does the same for the keyboard. */
function PageMap({
  count,
  outline,
  current,
  onGo,
}: {
  count: number;
  outline: ReadonlyMap<number, PageOutline>;
  current: number;
  onGo(page: number): void;
}) {
  if (count < 2) return null;
  return (
    <div
      class="page-map"
      aria-hidden="true"
      data-testid="page-map"
      onClick={(event) => {
        const number = Number((event.target as HTMLElement).dataset.n);
        if (number) onGo(number);
      }}
    >
      {Array.from({ length: count }, (_, place) => (
        <i
          key={place + 1}
          data-n={place + 1}
          class={`${look(outline.get(place + 1))} ${place + 1 === current ? "current" : ""}`}
          title={`Page ${place + 1}`}
        />
      ))}
    </div>
  );
}

function look(page: PageOutline | undefined): string {
  if (!page) return "waits";
  if (page.error_code) return "failed";
  if (page.source === "blank") return "blank";
  return page.mean_confidence === null ? "sure" : surenessOf(page.mean_confidence);
}
