/** Home: files in, and every document with where it stands. */

import { useEffect, useMemo } from "preact/hooks";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Empty, Note } from "../../components/bits";
import { useView } from "../../components/hooks";
import { FILTERS, type Filter } from "../../documents/status";
import { DocumentRow } from "./DocumentRow";
import { Dropzone } from "./Dropzone";
import { DocumentList } from "./list";
import { Together, UploadRows } from "./UploadRows";

export function Documents({ filter }: { filter: Filter }) {
  const { api, store } = useServices();
  const list = useMemo(() => new DocumentList(api, store, filter), [filter]);
  useEffect(() => void list.load(), [list]);
  const heading = useView("Documents", "documents");
  const documents = list.shown();
  const some = documents.length > 0 || filter !== "all";
  return (
    <div class="column">
      <h1 ref={heading} tabIndex={-1} class={some ? "unseen" : "hello"}>
        {some ? "Documents" : "Turn scans into text"}
      </h1>
      {!some && !list.loading.value && (
        <p class="lead">
          Upload letters, lab reports or a whole chart. You get the text, searchable PDFs, and where each word
          stands.
        </p>
      )}
      <Dropzone compact={some || list.loading.value} />
      {!some && !list.loading.value && <FirstSteps />}
      <UploadRows />
      <Together />
      {some && <Filters chosen={filter} />}
      {list.problem.value && (
        <Note role="alert">
          <p>{list.problem.value}</p>
          <button type="button" class="button" onClick={() => void list.load()}>
            Try again
          </button>
        </Note>
      )}
      {documents.length > 0 && (
        <ul class="rows" aria-label="Documents">
          {documents.map((document) => (
            <DocumentRow key={document.document_id} id={document.document_id} />
          ))}
        </ul>
      )}
      {documents.length === 0 && filter !== "all" && !list.loading.value && <NothingHere filter={filter} />}
      {list.more.value && (
        <button
          type="button"
          class="button more"
          disabled={list.loading.value}
          onClick={() => void list.load()}
        >
          {list.loading.value ? "Loading …" : "Show older documents"}
        </button>
      )}
    </div>
  );
}

/** What happens to a file, for who has not seen it yet. */
function FirstSteps() {
  return (
    <ol class="first-steps">
      <li>
        <b>Upload</b>
        <span>Several at once, also photos of paper. Turned and crooked pages are set right.</span>
      </li>
      <li>
        <b>Watch, or leave</b>
        <span>Read each page as it comes. An e-mail tells you when all are done.</span>
      </li>
      <li>
        <b>Check and take along</b>
        <span>Doubtful words are marked. Search in everything; take the text or a searchable PDF.</span>
      </li>
    </ol>
  );
}

function Filters({ chosen }: { chosen: Filter }) {
  return (
    <nav class="filters" aria-label="Which documents">
      {(Object.keys(FILTERS) as Filter[]).map((filter) => (
        <a
          key={filter}
          href={hrefTo({ view: "documents", filter })}
          aria-current={filter === chosen ? "page" : undefined}
        >
          {FILTERS[filter].label}
        </a>
      ))}
    </nav>
  );
}

const NOTHING: Record<Filter, string> = {
  all: "No documents yet",
  active: "Nothing is being read right now",
  done: "Nothing is done yet",
  attention: "Nothing needs your attention",
};

function NothingHere({ filter }: { filter: Filter }) {
  return (
    <Empty title={NOTHING[filter]}>
      <a href={hrefTo({ view: "documents", filter: "all" })}>Show all documents</a>
    </Empty>
  );
}
