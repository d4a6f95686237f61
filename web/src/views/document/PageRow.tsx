/** One page: the scan and its text side by side, loaded when it comes near. */

import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FailedPage, Page, PageOutline } from "../../api/client";
import { useNear } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import type { Pages } from "../../documents/pages";
import { integer, percent } from "../../words/numbers";
import { PageText } from "./PageText";
import { Scan } from "./Scan";
import type { Selection } from "./selection";

const NEAR = "1200px 0px";
/** A4: the shape of a page of which nothing is known yet. */
const USUAL = { width: 595, height: 842 };

interface Props {
  number: number;
  pages: Pages;
  failure: FailedPage | undefined;
  ended: boolean;
  boxes: boolean;
  terms: ReadonlySet<string>;
  selection: Selection;
}

export function PageRow({ number, pages, failure, ended, boxes, terms, selection }: Props) {
  const [element, near] = useNear(NEAR);
  useSignalEffect(() => pages.want(number, near.value));
  useEffect(() => () => pages.want(number, false), []);
  const outline = pages.outline.value.get(number);
  const page = pages.get(number);
  const { width, height } = page ?? outline ?? USUAL;
  const missing = pages.looked.value ? MISSING[ended ? "ended" : "going"] : MISSING.asking;
  const told = failure ?? (outline?.error_code ? { message: "This page could not be read." } : undefined);
  return (
    <section
      ref={element}
      id={`page-${number}`}
      class="page"
      aria-labelledby={`page-${number}-title`}
      data-testid="page"
      data-page={number}
    >
      <header class="page-head">
        <h2 id={`page-${number}-title`} tabIndex={-1}>
          Page {number}
        </h2>
        <PageFacts outline={outline} missing={missing} />
      </header>
      <div class="page-body">
        <div class="scan-frame">
          <div class="scan" style={{ aspectRatio: `${width} / ${height}` }}>
            {page && near.value && (
              <Scan
                page={page}
                boxes={boxes}
                terms={terms}
                selection={selection}
                onLost={() => pages.refresh(number)}
              />
            )}
            {!outline && (
              <div class={`scan-wait ${missing === MISSING.ended ? "" : "moving"}`} aria-hidden="true" />
            )}
          </div>
        </div>
        <div class="beside">
          {told && (
            <div class="note bad">
              <Icon name="warn" />
              <p>{told.message}</p>
            </div>
          )}
          {page && !told && <TextOf page={page} terms={terms} selection={selection} near={near.value} />}
        </div>
      </div>
    </section>
  );
}

function TextOf({
  page,
  terms,
  selection,
  near,
}: {
  page: Page;
  terms: ReadonlySet<string>;
  selection: Selection;
  near: boolean;
}) {
  if (page.words.length > 0) {
    // A long document has hundreds of thousands of words: only those near are elements of their own.
    return near ? (
      <PageText page={page} terms={terms} selection={selection} />
    ) : (
      <pre class="page-text plain">{page.text}</pre>
    );
  }
  return page.text.trim() ? (
    <pre class="page-text plain">{page.text}</pre>
  ) : (
    <p class="page-blank">Nothing is written on this page.</p>
  );
}

const SOURCES: Record<string, string> = {
  ocr: "read from the picture",
  text_layer: "text of the file",
  blank: "blank",
  failed: "not read",
};

/** Of a page that is not there, why: nothing is said of it before it is known. */
const MISSING = { ended: "not read", going: "still to be read", asking: "" };

function PageFacts({ outline, missing }: { outline: PageOutline | undefined; missing: string }) {
  if (!outline) return <p class="page-facts">{missing}</p>;
  const facts = [SOURCES[outline.source] ?? outline.source];
  if (outline.mean_confidence !== null && outline.source !== "blank")
    facts.push(`${percent(outline.mean_confidence)} sure`);
  if (outline.words_to_check) facts.push(`${integer(outline.words_to_check)} to check`);
  return <p class="page-facts">{facts.join(" · ")}</p>;
}
