/** One document in a list: what it is, where it stands, and what can be done. */

import { useEffect, useRef } from "preact/hooks";
import type { Document } from "../../api/client";
import { announce } from "../../app/announce";
import { now } from "../../app/clock";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Progress, StatusPill } from "../../components/bits";
import { Icon } from "../../components/Icon";
import { isFinal, isLate } from "../../documents/status";
import type { Upload } from "../../uploads/uploads";
import { sureWords } from "../../words/confidence";
import { progressWords } from "../../words/eta";
import { ago, count, moment, percent, size } from "../../words/numbers";
import { useDocumentActions } from "./actions";
import { DeleteButton } from "./DeleteButton";

export function DocumentRow({ id }: { id: string }) {
  const { store, uploads } = useServices();
  const known = store.get(id);
  useAnnouncedEnd(known?.document);
  const actions = useDocumentActions(id);
  if (!known) return null;
  const { document } = known;
  const upload = uploads.list.value.find(
    (each) => each.documentId === id && document.status === "awaiting_upload",
  );
  const late = !upload && isLate(document, now.value) ? NOT_ARRIVED : null;
  const told = actions.problem.value ?? upload?.problem ?? document.message ?? late;
  const active = !isFinal(document.status);
  return (
    <li class={`row ${document.status}`} data-testid="document" data-id={id} data-status={document.status}>
      <span class="row-glyph">
        <Icon name={document.content_type?.startsWith("image/") ? "image" : "file"} />
      </span>
      <div class="row-main">
        <a class="row-name" href={hrefTo({ view: "document", id, page: null, query: "" })}>
          {document.filename}
        </a>
        <p class="row-line">
          <RowWords document={document} upload={upload} since={known.since} />
        </p>
        {told && <p class="row-told">{told}</p>}
      </div>
      <div class="row-state">
        {upload ? <UploadPill upload={upload} /> : <StatusPill document={document} />}
      </div>
      <div class="row-actions">
        {upload?.state === "failed" && (
          <button
            type="button"
            class="button"
            aria-label={`Upload ${document.filename} again`}
            onClick={() => void uploads.retry(upload.id)}
          >
            Try again
          </button>
        )}
        {document.retryable && (
          <button
            type="button"
            class="button"
            disabled={actions.busy.value}
            aria-label={`Retry ${document.filename}`}
            onClick={actions.retry}
          >
            Retry
          </button>
        )}
        {active ? (
          <button
            type="button"
            class="button quiet round"
            disabled={actions.busy.value}
            aria-label={`Cancel ${document.filename}`}
            onClick={() => (upload ? void actions.run(() => uploads.cancel(upload.id)) : actions.cancel())}
          >
            <Icon name="close" />
          </button>
        ) : (
          <DeleteButton id={id} filename={document.filename} />
        )}
      </div>
      {active && <RowProgress document={document} upload={upload} />}
    </li>
  );
}

export const NOT_ARRIVED =
  "The file has not arrived. If no other window is sending it, add it again; this entry expires by itself.";

const UPLOADING: Partial<Record<Upload["state"], string>> = {
  sent: "Checking the file",
  failed: "Interrupted",
};

function UploadPill({ upload }: { upload: Upload }) {
  return (
    <span class={`pill ${upload.state === "failed" ? "bad" : "busy"}`}>
      {UPLOADING[upload.state] ?? "Uploading"}
    </span>
  );
}

interface Parts {
  document: Document;
  upload: Upload | undefined;
}

function RowWords({ document, upload, since }: Parts & { since: number }) {
  if (upload && upload.state !== "failed") {
    const share = upload.file.size ? (upload.sent / upload.file.size) * 100 : 0;
    return (
      <>{upload.state === "sent" ? "Uploaded" : `${percent(share)} of ${size(upload.file.size)} sent`}</>
    );
  }
  const words = isFinal(document.status) ? [] : [progressWords(document, (now.value - since) / 1_000)];
  if (document.page_count && isFinal(document.status)) words.push(count(document.page_count, "page"));
  if (document.pages_failed) words.push(`${document.pages_failed} failed`);
  words.push(sureWords(document));
  words.push(size(document.byte_size));
  return (
    <>
      {words.filter(Boolean).join(" · ")} ·{" "}
      <time dateTime={document.created_at} title={moment(document.created_at)}>
        {ago(document.created_at, now.value)}
      </time>
    </>
  );
}

function RowProgress({ document, upload }: Parts) {
  const label = `Progress of ${document.filename}`;
  if (upload)
    return <Progress label={label} done={upload.state === "sent" ? null : upload.sent / upload.file.size} />;
  if (document.status !== "processing" || !document.page_count)
    return document.status === "assembling" ? <Progress label={label} done={null} /> : null;
  return (
    <Progress
      label={label}
      done={document.pages_done / document.page_count}
      failed={document.pages_failed / document.page_count}
    />
  );
}

/** A screen reader is told when a document that it knew as unfinished has ended. */
function useAnnouncedEnd(document: Document | undefined): void {
  const unfinished = useRef(false);
  const status = document?.status;
  useEffect(() => {
    if (!document || !status) return;
    if (unfinished.current && isFinal(status)) announce(`${document.filename}: ${document.stage}`);
    unfinished.current = !isFinal(status);
  }, [status]);
}
