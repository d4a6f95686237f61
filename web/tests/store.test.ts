import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { DocumentStore } from "../src/documents/store";
import { documentOf } from "./support";

let store: DocumentStore;

beforeEach(() => {
  store = new DocumentStore(() => 0);
});

describe("whole documents", () => {
  it("the newer revision wins, in whatever order they come", () => {
    store.put(documentOf({ revision: 7, pages_done: 3 }));
    store.put(documentOf({ revision: 6, pages_done: 2 }));
    expect(store.peek("a")?.pages_done).toBe(3);
    store.put(documentOf({ revision: 8, pages_done: 4 }));
    expect(store.peek("a")?.pages_done).toBe(4);
  });

  it("of the same revision the later one wins: places in the queue change without one", () => {
    store.put(documentOf({ queue_position: 4 }));
    store.put(documentOf({ queue_position: 2 }));
    expect(store.peek("a")?.queue_position).toBe(2);
  });

  it("one that is gone does not come back with an old answer", () => {
    store.put(documentOf());
    store.remove("a");
    store.put(documentOf({ revision: 6 }));
    expect([store.peek("a"), store.ids.value.size]).toEqual([undefined, 0]);
    expect(store.apply({ document_id: "a", revision: 9 })).toBe("stale");
  });
});

describe("deltas", () => {
  it("change what they name and nothing else", () => {
    store.put(documentOf({ message: "kept" }));
    expect(store.apply({ document_id: "a", revision: 6, pages_done: 2 })).toBe("applied");
    expect(store.peek("a")).toMatchObject({
      pages_done: 2,
      revision: 6,
      message: "kept",
      filename: "scan.pdf",
    });
  });

  it("are dropped when they are not newer, however late they come", () => {
    store.put(documentOf({ revision: 9, status: "completed" }));
    expect(store.apply({ document_id: "a", revision: 8, status: "processing" })).toBe("stale");
    expect(store.apply({ document_id: "a", revision: 9, status: "processing" })).toBe("stale");
    expect(store.peek("a")?.status).toBe("completed");
  });

  it("of the same revision tell a place in the queue and nothing else", () => {
    store.put(documentOf({ status: "queued", queue_position: 5 }));
    store.apply({ document_id: "a", revision: 5, status: "failed", queue_position: 3 });
    expect(store.peek("a")).toMatchObject({ status: "queued", queue_position: 3 });
  });

  it("of a document that is not here ask for it", () => {
    expect(store.apply({ document_id: "b", revision: 1 })).toBe("unknown");
  });
});

describe("what a view sees", () => {
  it("is told of a document that comes after it has looked", () => {
    const seen: (number | undefined)[] = [];
    effect(() => void seen.push(store.get("a")?.document.pages_done));
    store.put(documentOf({ pages_done: 1 }));
    store.apply({ document_id: "a", revision: 6, pages_done: 2 });
    expect(seen).toEqual([undefined, 1, 2]);
  });
});

describe("what is named in a sync", () => {
  it("is bounded, the unfinished first", () => {
    for (let number = 0; number < 450; number += 1) {
      store.put(documentOf({ document_id: `done-${number}`, status: "completed", revision: 1 }));
    }
    store.put(documentOf({ document_id: "open", revision: 3 }));
    const named = store.revisions();
    expect(Object.keys(named)).toHaveLength(400);
    expect(named.open).toBe(3);
  });
});
