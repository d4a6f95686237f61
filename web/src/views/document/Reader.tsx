/** All pages of a document, below the toolbar; those near are loaded. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Document, sentence } from "../../api/client";
import { useServices } from "../../app/services";
import { Note } from "../../components/bits";
import { Pages } from "../../documents/pages";
import { isFinal } from "../../documents/status";
import { isMatch, termsOf } from "../../words/matching";
import { Checking } from "./checking";
import { useReaderKeys } from "./keys";
import { PageRow } from "./PageRow";
import { Selection } from "./selection";
import { type Pane, Toolbar } from "./Toolbar";
import { type Zoom, zoomed } from "./zoom";

interface Props {
  document: Document;
  page: number | null;
  query: string;
}

export function Reader({ document, page, query }: Props) {
  const { api } = useServices();
  const id = document.document_id;
  const pages = useMemo(() => new Pages(api, id), [id]);
  const selection = useMemo(() => new Selection(), [id]);
  const terms = useMemo(() => termsOf(query), [query]);
  const pane = useSignal<Pane>("both");
  const boxes = useSignal(true);
  const zoom = useSignal<Zoom>(1);
  const current = useSignal(page ?? 1);
  const total = document.page_count ?? 0;
  const show = (number: number) => showPage(Math.min(total, Math.max(1, number)), current);
  const checking = useMemo(
    () => new Checking(pages, selection, (number) => showPage(number, current)),
    [pages, selection],
  );
  useEffect(() => checking.follow(), [checking]);
  useReaderKeys({
    page: (step) => show(current.peek() + step),
    check: (step) => checking.go(step, current.peek()),
    boxes: () => {
      boxes.value = !boxes.peek();
    },
    zoom: (step) => {
      zoom.value = zoomed(zoom.peek(), step);
    },
  });
  useEffect(() => () => pages.stop(), [pages]);
  useEffect(() => pages.changed(), [pages, document.revision]);
  useEffect(() => {
    // The view above begins at its top when it is entered; the page comes after that.
    if (page) requestAnimationFrame(() => showPage(page, current));
  }, [page]);
  useFirstMatch(pages, page, terms, selection);
  useCurrentPage(current, total);
  useSignalEffect(() => {
    const chosen = selection.chosen.value;
    if (chosen) current.value = chosen.page;
  });
  const failures = new Map(document.failed_pages.map((failed) => [failed.page_number, failed]));
  return (
    <div class={`reader pane-${pane.value}`} style={{ "--zoom": zoom.value }}>
      <Toolbar
        count={total}
        outline={pages.outline.value}
        current={current}
        pane={pane}
        boxes={boxes}
        zoom={zoom}
        toCheck={checking.total.value}
        onGo={show}
        onCheck={(step) => checking.go(step, current.peek())}
      />
      <Legend />
      {pages.problem.value !== null && <Note role="alert">{sentence(pages.problem.value)}</Note>}
      {Array.from({ length: total }, (_, place) => (
        <PageRow
          key={place + 1}
          number={place + 1}
          pages={pages}
          failure={failures.get(place + 1)}
          ended={isFinal(document.status)}
          boxes={boxes.value}
          terms={terms}
          selection={selection}
        />
      ))}
    </div>
  );
}

function Legend() {
  return (
    <p class="legend">
      <span class="legend-sure">sure</span>
      <span class="legend-unsure">check it</span>
      <span class="legend-poor">likely wrong</span>
    </p>
  );
}

/** Of a hit, the first word that was searched for is chosen once its page is here. */
function useFirstMatch(
  pages: Pages,
  page: number | null,
  terms: ReadonlySet<string>,
  selection: Selection,
): void {
  const found = useRef(false);
  useSignalEffect(() => {
    const words = page && terms.size && !found.current ? pages.get(page)?.words : undefined;
    if (!page || !words) return;
    found.current = true;
    const word = words.findIndex(({ text }) => isMatch(text, terms));
    if (word >= 0) requestAnimationFrame(() => (selection.chosen.value = { page, word }));
  });
}

/** Bring a page to the top, and the keyboard to it. */
function showPage(number: number, current: { value: number }): void {
  current.value = number;
  const title = window.document.getElementById(`page-${number}-title`);
  title?.scrollIntoView({ block: "start" });
  title?.focus({ preventScroll: true });
}

/** Follow which page is at the top of what is seen. */
function useCurrentPage(current: { value: number }, total: number): void {
  useEffect(() => {
    const seen = new Set<number>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const number = Number((entry.target as HTMLElement).dataset.page);
          if (entry.isIntersecting) seen.add(number);
          else seen.delete(number);
        }
        // A page stays the current one for as long as it is seen: near the end not every page comes to the top.
        if (seen.size && !seen.has(current.value)) current.value = Math.min(...seen);
      },
      { rootMargin: "-140px 0px -55% 0px" },
    );
    for (const element of window.document.querySelectorAll(".page")) observer.observe(element);
    return () => observer.disconnect();
  }, [total]);
}
