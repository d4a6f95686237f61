/** One document: where it stands, and everything that was read in it. */

import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go, hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Empty, Note } from "../../components/bits";
import { useAction, useView } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { Find } from "./Find";
import { Heading } from "./Heading";
import { Reader } from "./Reader";

interface Props {
  id: string;
  page: number | null;
  query: string;
  /** Whether the query was for this document alone. */
  within: boolean;
}

export function DocumentView({ id, page, query, within }: Props) {
  const { store, asking } = useServices();
  const loading = useAction();
  const document = useComputed(() => store.get(id)?.document).value;
  const heading = useView(document?.filename ?? "Document", id);
  useEffect(() => void loading.run(() => asking.one(id)), [id]);
  const leave = () => go({ view: "documents", filter: "all" });
  return (
    <div class="column wide">
      <div class="document-top">
        <a
          class="back"
          href={
            query
              ? hrefTo({ view: "search", query, ...(within ? { within: id } : {}) })
              : hrefTo({ view: "documents", filter: "all" })
          }
        >
          <Icon name="back" />
          {query ? "Search results" : "All documents"}
        </a>
        {(document?.page_count ?? 0) > 1 && <Find id={id} query={query} />}
      </div>
      {loading.problem.value && (
        <Note role="alert">
          <p>{loading.problem.value}</p>
          <button type="button" class="button" onClick={() => void loading.run(() => asking.one(id))}>
            Try again
          </button>
        </Note>
      )}
      {!document && (
        <>
          <h1 ref={heading} tabIndex={-1} class="unseen">
            Document
          </h1>
          {!loading.busy.value && !loading.problem.value && (
            <Empty title="There is no such document">
              <p>It may have been deleted. Check the link, or look through all documents.</p>
            </Empty>
          )}
        </>
      )}
      {document && <Heading document={document} heading={heading} onDeleted={leave} />}
      {document?.page_count ? <Reader document={document} page={page} query={query} /> : null}
    </div>
  );
}
