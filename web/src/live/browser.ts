/** The live client in a browser: partysocket makes the connection anew whenever it is lost. */

import { WebSocket as ReconnectingWebSocket } from "partysocket";
import { type Api, ApiError, ask, type TokenSource } from "../api/client";
import type { DocumentStatus } from "../api/schema";
import { UNFINISHED } from "../documents/status";
import type { DocumentStore } from "../documents/store";
import type { Asking, Socket, SocketEvents } from "./live";
import { LiveClient } from "./live";

/** The token travels as a subprotocol: an address would end up in logs. */
export function socketTo(address: string, tokens: TokenSource, events: SocketEvents): Socket {
  const socket = new ReconnectingWebSocket(
    address,
    async () => ["docpipe", `bearer.${await tokens.token()}`],
    {
      minReconnectionDelay: 500,
      maxReconnectionDelay: 15_000,
      connectionTimeout: 8_000,
      maxEnqueuedMessages: 0,
    },
  );
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("close", () => events.closed());
  socket.addEventListener("message", (event) => events.received(event.data));
  return {
    send: (frame) => socket.send(frame),
    reconnect: () => socket.reconnect(),
    close: () => socket.close(),
  };
}

/** Documents in one look: more than somebody adds between two. */
const NEWEST = 30;

/** Asks the HTTP API. */
export function askingOf(api: Api, store: DocumentStore): Asking {
  const listed = async (query: { status?: DocumentStatus[]; limit: number }) => {
    const { documents } = await ask(api.GET("/documents", { params: { query } }));
    for (const document of documents) store.put(document);
    return new Set(documents.map((each) => each.document_id));
  };
  return {
    async one(id) {
      try {
        store.put(await ask(api.GET("/documents/{document_id}", { params: { path: { document_id: id } } })));
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "document_not_found")) throw error;
        store.remove(id);
      }
    },
    newest: () => listed({ limit: NEWEST }),
    unfinished: () => listed({ status: [...UNFINISHED], limit: 100 }),
  };
}

/** A live client that listens to the network and to the page being looked at. */
export function startLive(
  store: DocumentStore,
  asking: Asking,
  connect: ((events: SocketEvents) => Socket) | null,
): LiveClient {
  const live = new LiveClient(store, asking, connect);
  live.start();
  window.addEventListener("online", () => live.networkIs(true));
  window.addEventListener("offline", () => live.networkIs(false));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.lookedAt();
  });
  return live;
}
