/** Pages on which words were found, each leading to its place. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Hit } from "../../api/client";
import { announce } from "../../app/announce";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Empty, Note } from "../../components/bits";
import { useAction, useView } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { count } from "../../words/numbers";

const PAGE = 20;
const PAGES_OF_ONE = 50;

interface Props {
  query: string;
  /** The document whose pages are searched; null for all documents. */
  within: string | null;
}

export function Search({ query, within }: Props) {
  const { api } = useServices();
  const hits = useSignal<readonly Hit[]>([]);
  const cursor = useSignal<string | null>(null);
  const { busy, problem, run } = useAction();
  const heading = useView("Search", query);
  const load = () =>
    run(async () => {
      const where = within ? { document_id: within, limit: PAGES_OF_ONE } : { limit: PAGE };
      const onward = cursor.peek() ? { cursor: cursor.peek() } : {};
      const found = await ask(api.GET("/search", { params: { query: { q: query, ...where, ...onward } } }));
      hits.value = [...hits.peek(), ...found.hits];
      cursor.value = found.next_cursor;
      announce(foundWords(hits.value.length, found.next_cursor !== null));
    });
  useEffect(() => {
    if (query) void load();
  }, []);
  // Within one document its own order helps more than which page fits best.
  const ordered = within ? hits.value.toSorted((a, b) => a.page_number - b.page_number) : hits.value;
  const none = !busy.value && !problem.value && hits.value.length === 0;
  return (
    <div class="column">
      {within && <BackTo id={within} />}
      <h1 ref={heading} tabIndex={-1}>
        <Title query={query} within={!!within} />
      </h1>
      {problem.value && (
        <Note role="alert">
          <p>{problem.value}</p>
          <button type="button" class="button" onClick={() => void load()}>
            Try again
          </button>
        </Note>
      )}
      {busy.value && hits.value.length === 0 && <p class="lead">Searching …</p>}
      {none && query && (
        <Empty title="Nothing found">
          <p>
            Try fewer or other words. Put a phrase in quotes, leave a word out with a minus: “blood pressure”
            -child.
          </p>
        </Empty>
      )}
      <ol class="hits">
        {ordered.map((hit) => (
          <HitRow key={`${hit.document_id}/${hit.page_number}`} hit={hit} query={query} within={!!within} />
        ))}
      </ol>
      {within && query && (
        <p>
          <a href={hrefTo({ view: "search", query })}>Search in all documents</a>
        </p>
      )}
      {cursor.value && (
        <button type="button" class="button more" disabled={busy.value} onClick={() => void load()}>
          {busy.value ? "Searching …" : "Show more pages"}
        </button>
      )}
    </div>
  );
}

function foundWords(pages: number, more: boolean): string {
  if (pages === 0) return "Nothing found.";
  return `${more ? "More than " : ""}${count(pages, "page")} found.`;
}

function Title({ query, within }: { query: string; within: boolean }) {
  if (!query) return <>Search</>;
  return (
    <>
      Results for <q>{query}</q>
      {within && " in this document"}
    </>
  );
}

/** The document that was searched, by its name as soon as that is known. */
function BackTo({ id }: { id: string }) {
  const { asking, store } = useServices();
  useEffect(() => {
    asking.one(id).catch(() => undefined);
  }, []);
  return (
    <a class="back" href={hrefTo({ view: "document", id, page: null, query: "" })}>
      <Icon name="back" />
      {store.get(id)?.document.filename ?? "The document"}
    </a>
  );
}

function HitRow({ hit, query, within }: { hit: Hit; query: string; within: boolean }) {
  const place = { page: hit.page_number, query, ...(within ? { within } : {}) };
  return (
    <li class="hit" data-testid="hit">
      <a href={hrefTo({ view: "document", id: hit.document_id, ...place })}>
        {!within && <span class="hit-name">{hit.filename}</span>}
        <span class="hit-page">{within ? `Page ${hit.page_number}` : `page ${hit.page_number}`}</span>
      </a>
      <p class="hit-snippet">
        {hit.snippet.map((piece, place) =>
          piece.match ? <mark key={place}>{piece.text}</mark> : <span key={place}>{piece.text}</span>,
        )}
      </p>
    </li>
  );
}
