/** The top of a document: its name, where it stands, what it cost, and what can be done. */

import type { RefObject } from "preact";
import type { Document } from "../../api/client";
import { now } from "../../app/clock";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Note, Progress, StatusPill } from "../../components/bits";
import { Icon } from "../../components/Icon";
import { canCancel, isFinal, isLate } from "../../documents/status";
import { sureWords } from "../../words/confidence";
import { progressWords } from "../../words/eta";
import { languageNames } from "../../words/languages";
import { count, dollars, duration, moment, size } from "../../words/numbers";
import { useDocumentActions } from "../documents/actions";
import { DeleteButton } from "../documents/DeleteButton";
import { NOT_ARRIVED } from "../documents/DocumentRow";
import { Take } from "./Take";

interface Props {
  document: Document;
  heading: RefObject<HTMLHeadingElement | null>;
  onDeleted(): void;
}

export function Heading({ document, heading, onDeleted }: Props) {
  const { store } = useServices();
  const actions = useDocumentActions(document.document_id);
  const since = store.get(document.document_id)?.since ?? now.value;
  return (
    <header class="document-head">
      <div class="document-title">
        <h1 ref={heading} tabIndex={-1}>
          {document.filename}
        </h1>
        <StatusPill document={document} />
      </div>
      <Facts document={document} />
      {isLate(document, now.value) ? (
        <Note tone="warn">{NOT_ARRIVED}</Note>
      ) : (
        !isFinal(document.status) && <Going document={document} since={since} />
      )}
      {document.message && (
        <Note tone={document.status === "failed" ? "bad" : "warn"}>{document.message}</Note>
      )}
      <Suggestion document={document} />
      {document.pages_failed > 0 && <FailedPages document={document} />}
      {actions.problem.value && <Note role="alert">{actions.problem.value}</Note>}
      <div class="document-actions">
        <Take document={document} />
        {document.retryable && (
          <button type="button" class="button" disabled={actions.busy.value} onClick={actions.retry}>
            <Icon name="retry" />
            {document.pages_failed ? "Retry failed pages" : "Retry"}
          </button>
        )}
        {canCancel(document) && (
          <button type="button" class="button quiet" disabled={actions.busy.value} onClick={actions.cancel}>
            <Icon name="close" />
            Cancel
          </button>
        )}
        <DeleteButton id={document.document_id} filename={document.filename} wide onDeleted={onDeleted} />
      </div>
    </header>
  );
}

function Going({ document, since }: { document: Document; since: number }) {
  const { page_count: total } = document;
  return (
    <div class="document-progress" data-testid="progress">
      <p>{progressWords(document, (now.value - since) / 1_000) || document.stage}</p>
      <Progress
        label={`Progress of ${document.filename}`}
        done={document.status === "processing" && total ? document.pages_done / total : null}
        failed={total ? document.pages_failed / total : 0}
      />
    </div>
  );
}

function Facts({ document }: { document: Document }) {
  const facts: [string, string][] = [];
  if (document.page_count) facts.push(["Pages", count(document.page_count, "page")]);
  if (sureWords(document)) facts.push(["Confidence", sureWords(document)]);
  if (document.started_at && document.finished_at) {
    const seconds = (Date.parse(document.finished_at) - Date.parse(document.started_at)) / 1_000;
    facts.push(["Time", `read in ${duration(Math.max(0, seconds))}`]);
  }
  if (document.cost_usd) facts.push(["Cost", `cost ${dollars(document.cost_usd)}`]);
  if (document.pdfa_conforms) facts.push(["Archive", "PDF/A-2b"]);
  facts.push(["Size", size(document.byte_size)], ["Added", `added ${moment(document.created_at)}`]);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt class="unseen">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The text looks like another language than the one it was read in. */
function Suggestion({ document }: { document: Document }) {
  if (!document.suggested_languages) return null;
  return (
    <Note tone="warn">
      <p>
        This looks like {languageNames(document.suggested_languages)}, and was read as{" "}
        {languageNames(document.languages)}. To have it read better, upload it again and choose the language
        under Options.
      </p>
    </Note>
  );
}

function FailedPages({ document }: { document: Document }) {
  return (
    <details class="failed-pages" open={document.pages_failed <= 3}>
      <summary>{count(document.pages_failed, "page")} could not be read</summary>
      <ul>
        {document.failed_pages.map((page) => (
          <li key={page.page_number}>
            <a
              href={hrefTo({ view: "document", id: document.document_id, page: page.page_number, query: "" })}
            >
              Page {page.page_number}
            </a>
            : {page.message}
          </li>
        ))}
      </ul>
    </details>
  );
}
