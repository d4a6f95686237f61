/** The pages of one document: what is known of all, and the words of those that somebody looks at. */

import { type Signal, signal } from "@preact/signals";
import { type Api, ask, type Outline, type Page, type PageOutline } from "../api/client";

/** Pages in one request: a page with its words has about 60 KB. */
const AT_ONCE = 8;
/** Wanted pages are collected this long, so that a quick scroll asks once. */
const PAUSE_MS = 80;
/** Between two outlines while pages are being read; longer for long documents, whose outlines are large. */
const OUTLINE_MS = 700;
const OUTLINE_MS_PER_PAGE = 3;
/** An image's address is good for an hour; sooner than this after a fetch, a fresh one would not help. */
const LINK_MS = 60_000;

export class Pages {
  /** How each finished page came out, by number. */
  readonly outline = signal<ReadonlyMap<number, PageOutline>>(new Map());
  /** Whether it is known which pages have been read. */
  readonly looked = signal(false);
  readonly problem = signal<unknown>(null);
  readonly #pages = new Map<number, Signal<Page | null>>();
  readonly #fetchedAt = new Map<number, number>();
  readonly #wanted = new Set<number>();
  readonly #asked = new Set<number>();
  #pump: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  #lookedAt = 0;

  constructor(
    private readonly api: Api,
    private readonly id: string,
  ) {}

  /** A page with its words, once it is here. Reading it subscribes to it. */
  get(number: number): Page | null {
    return this.#slot(number).value;
  }

  /** Whether somebody is about to see this page. */
  want(number: number, wanted: boolean): void {
    if (wanted) this.#wanted.add(number);
    else this.#wanted.delete(number);
    if (wanted) this.#soon();
  }

  /** The document has changed: look which pages have been read, now or as soon as it is due. */
  changed(): void {
    if (this.#look) return;
    const due = this.#lookedAt + OUTLINE_MS + this.outline.peek().size * OUTLINE_MS_PER_PAGE - Date.now();
    this.#look = setTimeout(() => void this.#outline(), Math.max(0, due));
  }

  /** An image did not load: its address may have ended. Returns whether a fresh one was asked for. */
  refresh(number: number): boolean {
    if (Date.now() - (this.#fetchedAt.get(number) ?? 0) < LINK_MS) return false;
    this.#asked.delete(number);
    this.#slot(number).value = null;
    this.#soon();
    return true;
  }

  stop(): void {
    clearTimeout(this.#pump);
    clearTimeout(this.#look);
  }

  async #outline(): Promise<void> {
    this.#lookedAt = Date.now();
    try {
      const path = { document_id: this.id };
      this.#keep(await ask(this.api.GET("/documents/{document_id}/outline", { params: { path } })));
    } catch (error) {
      this.problem.value = error;
    }
    this.#look = undefined;
  }

  #keep({ pages }: Outline): void {
    this.problem.value = null;
    this.looked.value = true;
    this.outline.value = new Map(pages.map((page) => [page.page_number, page]));
    for (const page of pages) {
      const held = this.#pages.get(page.page_number)?.peek();
      // Read again after a failure: what is here is old.
      if (held && (held.error_code !== page.error_code || held.mean_confidence !== page.mean_confidence)) {
        this.#asked.delete(page.page_number);
      }
    }
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#pump);
    this.#pump = setTimeout(() => this.#fetchWanted(), PAUSE_MS);
  }

  #fetchWanted(): void {
    const outline = this.outline.peek();
    const missing = [...this.#wanted].filter((number) => outline.has(number) && !this.#asked.has(number));
    for (const run of runs(missing, AT_ONCE)) void this.#fetch(run);
  }

  async #fetch([first, last]: readonly [number, number]): Promise<void> {
    for (let number = first; number <= last; number += 1) this.#asked.add(number);
    try {
      let after: number | null = first - 1;
      while (after !== null && after < last) after = await this.#fetchAfter(after, last);
      this.problem.value = null;
    } catch (error) {
      for (let number = first; number <= last; number += 1) this.#asked.delete(number);
      this.problem.value = error;
    }
  }

  /** Some of the pages after a number; returns the number to go on after, or null. */
  async #fetchAfter(after: number, last: number): Promise<number | null> {
    const params = { path: { document_id: this.id }, query: { after, limit: last - after } };
    const answer = await ask(this.api.GET("/documents/{document_id}/pages", { params }));
    for (const page of answer.pages) {
      this.#fetchedAt.set(page.page_number, Date.now());
      this.#slot(page.page_number).value = page;
    }
    return answer.next_after;
  }

  #slot(number: number): Signal<Page | null> {
    let slot = this.#pages.get(number);
    if (!slot) {
      slot = signal<Page | null>(null);
      this.#pages.set(number, slot);
    }
    return slot;
  }
}

/** Numbers as runs of neighbours, first and last, each of `longest` at most. */
export function runs(numbers: readonly number[], longest: number): [number, number][] {
  const found: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === number - 1 && number - last[0] < longest) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
