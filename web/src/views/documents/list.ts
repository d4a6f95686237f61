/** Which documents a list shows: those that the API listed, and those that came since. */

import { signal } from "@preact/signals";
import { type Api, ask, type Document, sentence } from "../../api/client";
import { FILTERS, type Filter, matches } from "../../documents/status";
import type { DocumentStore } from "../../documents/store";

const PAGE = 25;

export class DocumentList {
  readonly loading = signal(true);
  readonly problem = signal<string | null>(null);
  readonly more = signal(false);
  readonly #listed = signal<ReadonlySet<string>>(new Set());
  #cursor: string | null = null;
  /** Of the oldest document that was listed: what is older waits for the next page. */
  #until = "";

  constructor(
    private readonly api: Api,
    private readonly store: DocumentStore,
    private readonly filter: Filter,
  ) {}

  /** The documents to show now, the newest first. Reading it subscribes to them. */
  shown(): Document[] {
    const listed = this.#listed.value;
    const found: Document[] = [];
    for (const id of this.store.ids.value) {
      const document = this.store.get(id)?.document;
      if (!document || !matches(document, this.filter)) continue;
      if (listed.has(id) || document.created_at >= this.#until) found.push(document);
    }
    return found.sort((a, b) => order(b, a));
  }

  /** Fetch the next page of the list. */
  async load(): Promise<void> {
    this.loading.value = true;
    this.problem.value = null;
    const statuses = FILTERS[this.filter].statuses;
    const query = {
      limit: PAGE,
      ...(statuses.length ? { status: [...statuses] } : {}),
      ...(this.#cursor ? { cursor: this.#cursor } : {}),
    };
    try {
      const answer = await ask(this.api.GET("/documents", { params: { query } }));
      for (const document of answer.documents) this.store.put(document);
      this.#cursor = answer.next_cursor;
      this.#until = this.#cursor ? (answer.documents.at(-1)?.created_at ?? "") : "";
      this.#listed.value = new Set([
        ...this.#listed.peek(),
        ...answer.documents.map((each) => each.document_id),
      ]);
      this.more.value = this.#cursor !== null;
    } catch (error) {
      this.problem.value = sentence(error);
    }
    this.loading.value = false;
  }
}

function order(a: Document, b: Document): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  // Made in one request: in the order in which they were named.
  return a.filename < b.filename ? 1 : -1;
}
