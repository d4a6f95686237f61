import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DocumentStore } from "../src/documents/store";
import { LiveClient, type SocketEvents } from "../src/live/live";
import { documentOf } from "./support";

const TIMING = { poll: 1_000, refresh: 5_000, ping: 60_000, patience: 2_000, grace: 500 };

let store: DocumentStore;
let events: SocketEvents;
let sent: Record<string, unknown>[];
let reconnects: number;
let asked: string[];
let fails: boolean;
let client: LiveClient;

function start(withSocket = true): void {
  const asking = {
    one: async (id: string) => {
      asked.push(id);
      store.put(documentOf({ document_id: id, revision: 20, status: "completed" }));
    },
    newest: async () => {
      if (fails) throw new TypeError("no network");
      asked.push("newest");
      return new Set<string>();
    },
    unfinished: async () => {
      asked.push("unfinished");
      return new Set<string>();
    },
  };
  const connect = (told: SocketEvents) => {
    events = told;
    return {
      send: (frame: string) => sent.push(JSON.parse(frame)),
      reconnect: () => reconnects++,
      close: () => {},
    };
  };
  client = new LiveClient(store, asking, withSocket ? connect : null, TIMING);
  client.start();
}

const receive = (message: unknown) => events.received(JSON.stringify(message));

function open(): void {
  events.opened();
  receive({ type: "snapshot", documents: [], complete: true });
}

beforeEach(() => {
  vi.useFakeTimers();
  store = new DocumentStore();
  sent = [];
  asked = [];
  reconnects = 0;
  fails = false;
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe("with a WebSocket", () => {
  it("names what it knows, and is live once the snapshot is complete", () => {
    store.put(documentOf({ revision: 5 }));
    start();
    events.opened();
    expect(sent).toEqual([{ action: "sync", known: { a: 5 } }]);
    receive({ type: "snapshot", documents: [documentOf({ revision: 6, pages_done: 2 })], complete: false });
    expect([client.state.value, store.peek("a")?.pages_done]).toEqual(["connecting", 2]);
    expect(sent.splice(1)).toEqual([{ action: "sync", known: { a: 6 } }]);
    receive({ type: "snapshot", documents: [], complete: true });
    expect(client.state.value).toBe("live");
  });

  it("takes a snapshot with nothing new for the last, and forgets what is gone", () => {
    store.put(documentOf({ revision: 5 }));
    start();
    events.opened();
    receive({ type: "snapshot", documents: [documentOf({ revision: 5 })], gone: ["a"], complete: false });
    expect([client.state.value, sent.length, store.peek("a")]).toEqual(["live", 1, undefined]);
  });

  it("applies deltas, fetches unknown documents once, and forgets those that are gone", async () => {
    store.put(documentOf());
    start();
    open();
    receive({ type: "document", document_id: "a", revision: 6, pages_done: 4 });
    receive({ type: "document", document_id: "new", revision: 1 });
    receive({ type: "document", document_id: "new", revision: 2 });
    await vi.advanceTimersByTimeAsync(0);
    expect([store.peek("a")?.pages_done, asked]).toEqual([4, ["new"]]);
    receive({ type: "gone", document_id: "a" });
    expect(store.peek("a")).toBeUndefined();
  });

  it("is not troubled by what is not of the contract", () => {
    start();
    open();
    for (const frame of ["", "{", "null", '{"type":"other"}', new ArrayBuffer(4)]) events.received(frame);
    expect(client.state.value).toBe("live");
  });

  it("resumes after a loss: it asks meanwhile, and names the newest revisions when it is back", async () => {
    store.put(documentOf());
    start();
    open();
    events.closed();
    expect(client.state.value).toBe("connecting");
    await vi.advanceTimersByTimeAsync(TIMING.grace);
    expect(client.state.value).toBe("polling");
    expect(asked).toEqual(["newest", "unfinished", "a"]);
    events.opened();
    expect(sent.at(-1)).toEqual({ action: "sync", known: { a: 20 } });
    receive({ type: "snapshot", documents: [], complete: true });
    expect(client.state.value).toBe("live");
    // What came and ended meanwhile; and then no more.
    expect(asked.splice(0)).toEqual(["newest", "unfinished", "a", "newest"]);
    await vi.advanceTimersByTimeAsync(3 * TIMING.poll);
    expect(asked).toEqual([]);
  });

  it("gives up a connection that does not answer", async () => {
    start();
    open();
    await vi.advanceTimersByTimeAsync(TIMING.ping);
    expect(sent.at(-1)).toEqual({ action: "ping" });
    receive({ type: "pong" });
    await vi.advanceTimersByTimeAsync(TIMING.patience);
    expect(reconnects).toBe(0);
    await vi.advanceTimersByTimeAsync(TIMING.ping - TIMING.patience + TIMING.patience);
    expect(reconnects).toBe(1);
  });

  it("looks for itself now and then, for news may be lost: less often when nothing is unfinished", async () => {
    start();
    open();
    await vi.advanceTimersByTimeAsync(8 * TIMING.refresh);
    expect(asked.splice(0)).toEqual(["newest", "newest"]);
    store.put(documentOf({ status: "queued", queue_position: 2 }));
    await vi.advanceTimersByTimeAsync(TIMING.refresh);
    expect(asked).toEqual(["newest", "unfinished", "a"]);
    expect(store.peek("a")?.status).toBe("completed");
  });
});

describe("without a WebSocket", () => {
  it("asks, in one loop only, however often connecting fails", async () => {
    start();
    for (let times = 0; times < 5; times += 1) events.closed();
    await vi.advanceTimersByTimeAsync(TIMING.grace + 2 * TIMING.poll);
    expect(asked).toEqual(["newest", "newest", "newest"]);
  });

  it("asks where none is configured", async () => {
    start(false);
    await vi.advanceTimersByTimeAsync(TIMING.grace);
    expect([client.state.value, asked]).toEqual(["polling", ["newest"]]);
  });

  it("says that it is offline, and goes on by itself", async () => {
    fails = true;
    start();
    await vi.advanceTimersByTimeAsync(TIMING.grace);
    expect(client.state.value).toBe("offline");
    fails = false;
    await vi.advanceTimersByTimeAsync(TIMING.poll);
    expect(client.state.value).toBe("polling");
  });
});
