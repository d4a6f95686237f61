/** Pages on which words were found, each leading to its place. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Hit } from "../../api/client";
import { announce } from "../../app/announce";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Empty, Note } from "../../components/bits";
import { useAction, useView } from "../../components/hooks";
import { count } from "../../words/numbers";

const PAGE = 20;

export function Search({ query }: { query: string }) {
  const { api } = useServices();
  const hits = useSignal<readonly Hit[]>([]);
  const cursor = useSignal<string | null>(null);
  const { busy, problem, run } = useAction();
  const heading = useView("Search", query);
  const load = () =>
    run(async () => {
      const onward = cursor.peek() ? { cursor: cursor.peek() } : {};
      const found = await ask(
        api.GET("/search", { params: { query: { q: query, limit: PAGE, ...onward } } }),
      );
      hits.value = [...hits.peek(), ...found.hits];
      cursor.value = found.next_cursor;
      announce(
        hits.value.length
          ? `${found.next_cursor ? "More than " : ""}${count(hits.value.length, "page")} found.`
          : "Nothing found.",
      );
    });
  useEffect(() => {
    if (query) void load();
  }, []);
  const none = !busy.value && !problem.value && hits.value.length === 0;
  return (
    <div class="column">
      <h1 ref={heading} tabIndex={-1}>
        {query ? (
          <>
            Results for <q>{query}</q>
          </>
        ) : (
          "Search"
        )}
      </h1>
      {problem.value && (
        <Note role="alert">
          <p>{problem.value}</p>
          <button type="button" class="button" onClick={() => void load()}>
            Try again
          </button>
        </Note>
      )}
      {none && query && (
        <Empty title="Nothing found">
          <p>
            Try fewer or other words. Put a phrase in quotes, leave a word out with a minus: “blood pressure”
            -child.
          </p>
        </Empty>
      )}
      <ol class="hits">
        {hits.value.map((hit) => (
          <HitRow key={`${hit.document_id}/${hit.page_number}`} hit={hit} query={query} />
        ))}
      </ol>
      {cursor.value && (
        <button type="button" class="button more" disabled={busy.value} onClick={() => void load()}>
          {busy.value ? "Searching …" : "Show more pages"}
        </button>
      )}
    </div>
  );
}

function HitRow({ hit, query }: { hit: Hit; query: string }) {
  return (
    <li class="hit" data-testid="hit">
      <a href={hrefTo({ view: "document", id: hit.document_id, page: hit.page_number, query })}>
        <span class="hit-name">{hit.filename}</span>
        <span class="hit-page">page {hit.page_number}</span>
      </a>
      <p class="hit-snippet">
        {hit.snippet.map((piece, place) =>
          piece.match ? <mark key={place}>{piece.text}</mark> : <span key={place}>{piece.text}</span>,
        )}
      </p>
    </li>
  );
}
