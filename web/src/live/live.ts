/**
 * Keeps the documents of the store up to date: over a WebSocket, and by asking while there is none.
 *
 * It knows the contract and nothing of the browser: what connects, asks and waits is handed in.
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { DocumentStore } from "../documents/store";
import { type ClientMessage, parse, type ServerMessage, type Snapshot } from "./protocol";

export type Connection = "connecting" | "live" | "polling" | "offline";

export interface Socket {
  send(frame: string): void;
  /** Give the connection up and make another. */
  reconnect(): void;
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  closed(): void;
  received(frame: unknown): void;
}

/** How the documents are asked for by HTTP. */
export interface Asking {
  /** Put one document into the store, or take it out when it is gone. */
  one(id: string): Promise<void>;
  /** Put the newest documents into the store; gives their ids. */
  newest(): Promise<ReadonlySet<string>>;
  /** Put all unfinished documents into the store; gives their ids. */
  unfinished(): Promise<ReadonlySet<string>>;
}

export interface Timing {
  /** Between two looks while there is no WebSocket, milliseconds. */
  poll: number;
  /** Between two looks beside a WebSocket, while something is unfinished; else only one in a few is taken. */
  refresh: number;
  /** Between two pings; API Gateway ends a connection that was idle for ten minutes. */
  ping: number;
  /** For the answer to a ping. */
  patience: number;
  /** Without a connection before the page starts to ask. */
  grace: number;
}

/** Looks beside a WebSocket of which one is taken while nothing is unfinished. */
const RESTS = 4;

const TIMING: Timing = { poll: 4_000, refresh: 8_000, ping: 60_000, patience: 10_000, grace: 2_500 };

export class LiveClient {
  readonly #socketUp = signal(false);
  readonly #polls = signal(false);
  readonly #online = signal(true);
  readonly #fetching = new Set<string>();
  #socket: Socket | null = null;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #pong: ReturnType<typeof setTimeout> | undefined;
  #polling = false;
  #wasUp = false;
  #rests = 0;
  #ended = false;

  readonly state: ReadonlySignal<Connection> = computed(() => {
    if (this.#socketUp.value) return "live";
    if (!this.#online.value) return "offline";
    return this.#polls.value ? "polling" : "connecting";
  });

  constructor(
    private readonly store: DocumentStore,
    private readonly asking: Asking,
    private readonly connect: ((events: SocketEvents) => Socket) | null,
    private readonly timing: Timing = TIMING,
  ) {}

  start(): void {
    this.#lost();
    this.#socket =
      this.connect?.({
        opened: () => this.#sync(),
        closed: () => this.#lost(),
        received: (frame) => this.#received(parse(frame)),
      }) ?? null;
    this.#every(this.timing.refresh, () => this.#refresh());
    this.#every(this.timing.ping, async () => this.#ping());
  }

  stop(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    clearTimeout(this.#pong);
    this.#socket?.close();
  }

  /** The network has gone or come back. */
  networkIs(online: boolean): void {
    this.#online.value = online;
    if (online && !this.#socketUp.peek()) this.#socket?.reconnect();
  }

  /** Somebody looks at the page again: what was missed meanwhile is asked for. */
  lookedAt(): void {
    if (this.#socketUp.peek()) this.#ping();
    else this.#socket?.reconnect();
  }

  #received(message: ServerMessage | null): void {
    switch (message?.type) {
      case "snapshot":
        this.#told(message);
        break;
      case "document":
        if (this.store.apply(message) === "unknown") void this.#fetch(message.document_id);
        break;
      case "gone":
        this.store.remove(message.document_id);
        break;
      case "pong":
        clearTimeout(this.#pong);
        break;
    }
  }

  #told({ documents, gone, complete }: Snapshot): void {
    const news = documents.some((each) => this.store.peek(each.document_id)?.revision !== each.revision);
    for (const document of documents) this.store.put(document);
    for (const id of gone ?? []) this.store.remove(id);
    // More documents than can be named would be told again and again.
    if (complete || !news) this.#up();
    else this.#sync();
  }

  #up(): void {
    // What came and ended during a loss was never named, and so is in no snapshot.
    if (this.#wasUp) void this.asking.newest().catch(() => undefined);
    this.#wasUp = true;
    this.#socketUp.value = true;
    this.#polls.value = false;
  }

  #lost(): void {
    if (this.#ended) return;
    clearTimeout(this.#pong);
    this.#socketUp.value = false;
    this.#after(this.timing.grace, () => {
      if (!this.#polling) void this.#poll();
    });
  }

  async #poll(): Promise<void> {
    this.#polling = !this.#ended && !this.#socketUp.peek();
    if (!this.#polling) return;
    try {
      await this.#look();
      this.#online.value = true;
      this.#polls.value = true;
    } catch {
      this.#online.value = false;
      this.#polls.value = true;
    }
    this.#after(this.timing.poll, () => void this.#poll());
  }

  /** The newest, then what else is unfinished; and one by one what was unfinished before and is no more. */
  async #look(): Promise<void> {
    const open = () => this.store.unfinished().map((each) => each.document_id);
    const before = open();
    const seen = await this.asking.newest();
    const others = before.filter((id) => !seen.has(id));
    if (others.length === 0) return;
    const still = await this.asking.unfinished();
    await Promise.all(others.filter((id) => !still.has(id)).map((id) => this.asking.one(id)));
  }

  /** News are sent once and not kept: the page looks for itself now and then, less often when all has ended. */
  async #refresh(): Promise<void> {
    const idle = this.store.unfinished().length === 0;
    this.#rests = idle ? (this.#rests + 1) % RESTS : 0;
    if (this.#socketUp.peek() && this.#rests === 0) await this.#look().catch(() => undefined);
  }

  async #fetch(id: string): Promise<void> {
    if (this.#fetching.has(id)) return;
    this.#fetching.add(id);
    await this.asking.one(id).catch(() => undefined);
    this.#fetching.delete(id);
  }

  #ping(): void {
    if (!this.#socketUp.peek()) return;
    this.#send({ action: "ping" });
    clearTimeout(this.#pong);
    this.#pong = setTimeout(() => this.#socket?.reconnect(), this.timing.patience);
  }

  #sync(): void {
    this.#send({ action: "sync", known: this.store.revisions() });
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #every(ms: number, what: () => Promise<void>): void {
    this.#after(ms, () => void what().finally(() => this.#every(ms, what)));
  }

  #after(ms: number, what: () => void): void {
    if (this.#ended) return;
    const timer = setTimeout(() => {
      this.#timers = this.#timers.filter((each) => each !== timer);
      what();
    }, ms);
    this.#timers.push(timer);
  }
}
