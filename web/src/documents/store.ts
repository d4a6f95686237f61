/** Every document that the page knows, each as a signal; the newest revision wins, whichever way it came. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Document } from "../api/client";
import type { Delta } from "../live/protocol";
import { isFinal } from "./status";

/** A document, and when this was known of it: an ETA counts from then. */
export interface Known {
  readonly document: Document;
  readonly since: number;
}

export type Applied = "applied" | "stale" | "unknown";

/** Documents named in one `sync`: API Gateway takes frames of 32 KB, and a name with its revision is under 60 bytes. */
const NAMED_AT_MOST = 400;

export class DocumentStore {
  readonly #known = new Map<string, Signal<Known>>();
  readonly #ids = signal<ReadonlySet<string>>(new Set());
  readonly #gone = new Set<string>();

  constructor(private readonly now: () => number = () => Date.now()) {}

  /** The ids of all documents here. */
  get ids(): ReadonlySignal<ReadonlySet<string>> {
    return this.#ids;
  }

  /** What is known of a document; reading it in a view subscribes to it, also when it is not here yet. */
  get(id: string): Known | undefined {
    const held = this.#known.get(id);
    if (!held) void this.#ids.value;
    return held?.value;
  }

  /** Look without subscribing. */
  peek(id: string): Document | undefined {
    return this.#known.get(id)?.peek().document;
  }

  /** Keep a whole document, unless a newer revision is here. The same revision may tell a newer place in the queue. */
  put(document: Document): void {
    const { document_id: id } = document;
    if (this.#gone.has(id)) return;
    const held = this.#known.get(id);
    const known = { document, since: this.now() };
    if (!held) {
      this.#known.set(id, signal(known));
      this.#ids.value = new Set([...this.#ids.peek(), id]);
    } else if (document.revision >= held.peek().document.revision) {
      held.value = known;
    }
  }

  /** Apply what has changed. 'unknown': the document is not here and has to be fetched whole. */
  apply(delta: Delta): Applied {
    const held = this.#known.get(delta.document_id);
    if (!held) return this.#gone.has(delta.document_id) ? "stale" : "unknown";
    const before = held.peek().document;
    if (delta.revision < before.revision) return "stale";
    if (delta.revision === before.revision) return this.#moveUp(held, delta);
    const changed = { ...before, ...pick(delta) };
    held.value = { document: changed, since: this.now() };
    return "applied";
  }

  /** Place and ETA follow from other documents too, and so change without a revision. */
  #moveUp(held: Signal<Known>, { queue_position, eta }: Delta): Applied {
    if (queue_position === undefined && eta === undefined) return "stale";
    const before = held.peek().document;
    const place = { queue_position: queue_position ?? before.queue_position, eta: eta ?? before.eta };
    held.value = { document: { ...before, ...place }, since: this.now() };
    return "applied";
  }

  /** Forget a document for good: what comes of it later is old. */
  remove(id: string): void {
    this.#gone.add(id);
    if (!this.#known.delete(id)) return;
    const ids = new Set(this.#ids.peek());
    ids.delete(id);
    this.#ids.value = ids;
  }

  /** Documents of which more is to come. */
  unfinished(): Document[] {
    return this.#documents().filter((document) => !isFinal(document.status));
  }

  /** Ids and revisions to be named in a `sync`: the unfinished first, then the newest. */
  revisions(): Record<string, number> {
    const order = this.#documents().sort(
      (a, b) =>
        Number(isFinal(a.status)) - Number(isFinal(b.status)) || (a.created_at < b.created_at ? 1 : -1),
    );
    return Object.fromEntries(order.slice(0, NAMED_AT_MOST).map((each) => [each.document_id, each.revision]));
  }

  #documents(): Document[] {
    return [...this.#known.values()].map((each) => each.peek().document);
  }
}

/** The fields of a delta that are there, without its type. */
function pick(delta: Delta & { type?: string }): Partial<Document> {
  const { type: _type, ...fields } = delta;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
