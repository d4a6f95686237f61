import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import type { Page, PageOutline } from "../src/api/client";
import type { Pages } from "../src/documents/pages";
import { isLate } from "../src/documents/status";
import { Checking } from "../src/views/document/checking";
import { Selection } from "../src/views/document/selection";
import { canZoom, type Zoom, zoomed } from "../src/views/document/zoom";
import { documentOf } from "./support";

/** Pages of which only some are loaded; a number below 80 is a word to check. */
function pagesOf(all: Record<number, number[]>, loaded: number[]) {
  const slots = new Map(Object.keys(all).map((number) => [Number(number), signal<Page | null>(null)]));
  const load = (number: number) => {
    const words = all[number]?.map((confidence) => ({ text: `w${confidence}`, confidence, line: 0 }));
    const slot = slots.get(number);
    if (slot) slot.value = { page_number: number, words } as unknown as Page;
  };
  loaded.forEach(load);
  const outlines = Object.entries(all).map(([number, words]): [number, PageOutline] => [
    Number(number),
    { words_to_check: words.filter((each) => each < 80).length } as PageOutline,
  ]);
  const pages = {
    outline: signal(new Map(outlines)),
    get: (number: number) => slots.get(number)?.value ?? null,
  };
  return { pages: pages as unknown as Pages, load };
}

describe("words to check", () => {
  function begin(all: Record<number, number[]>, loaded: number[]) {
    const { pages, load } = pagesOf(all, loaded);
    const selection = new Selection();
    const shown: number[] = [];
    const checking = new Checking(pages, selection, (page) => shown.push(page));
    checking.follow();
    return { checking, selection, shown, load };
  }

  it("are counted over all pages, loaded or not", () => {
    expect(begin({ 1: [90], 2: [70, 10], 3: [79] }, [1]).checking.total.value).toBe(3);
  });

  it("are chosen at once on a page that is here, and after it has come on one that is not", () => {
    const { checking, selection, shown, load } = begin({ 1: [90, 70], 2: [95], 3: [99, 60] }, [1]);
    checking.go(1, 1);
    expect(selection.chosen.value).toEqual({ page: 1, word: 1 });
    checking.go(1, 1);
    expect(shown).toEqual([3]);
    expect(selection.chosen.value).toEqual({ page: 1, word: 1 });
    load(3);
    expect(selection.chosen.value).toEqual({ page: 3, word: 1 });
    checking.go(-1, 3);
    expect(shown).toEqual([3, 1]);
    expect(selection.chosen.value).toEqual({ page: 1, word: 1 });
  });

  it("begin on the page that is looked at, although it is not here yet", () => {
    const { checking, selection, shown, load } = begin({ 1: [70], 2: [60] }, []);
    checking.go(1, 2);
    expect(shown).toEqual([2]);
    load(2);
    expect(selection.chosen.value).toEqual({ page: 2, word: 0 });
  });

  it("end where there is no further one", () => {
    const { checking, selection, shown } = begin({ 1: [70], 2: [90] }, [1, 2]);
    checking.go(1, 2);
    expect([shown, selection.chosen.value]).toEqual([[], null]);
  });
});

describe("the size of a scan", () => {
  it("goes step by step to an end, and back to the usual", () => {
    let zoom: Zoom = 1;
    expect(canZoom(zoom, -1)).toBe(false);
    for (let step = 0; step < 9; step += 1) zoom = zoomed(zoom, 1);
    expect([zoom, canZoom(zoom, 1), zoomed(zoom, 0)]).toEqual([3, false, 1]);
  });
});

describe("a file that has not come", () => {
  const waiting = documentOf({
    status: "awaiting_upload",
    uploaded_at: null,
    created_at: "2026-11-01T10:00:00Z",
  });
  const after = (seconds: number) => Date.parse(waiting.created_at) + seconds * 1_000;

  it("is late after a minute, unless it is here", () => {
    expect([isLate(waiting, after(59)), isLate(waiting, after(61))]).toEqual([false, true]);
    expect(isLate({ ...waiting, uploaded_at: waiting.created_at }, after(61))).toBe(false);
    expect(isLate({ ...waiting, status: "cancelled" }, after(61))).toBe(false);
  });
});
