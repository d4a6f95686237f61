/** Files that are not documents yet: refused before anything was sent, or not announced. */

import { useSignalEffect } from "@preact/signals";
import { announce } from "../../app/announce";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Icon } from "../../components/Icon";
import type { Upload } from "../../uploads/uploads";
import { count } from "../../words/numbers";

export function UploadRows() {
  const { uploads, store } = useServices();
  const rows = uploads.list.value.filter(
    (upload) => !upload.documentId || !store.ids.value.has(upload.documentId),
  );
  useSignalEffect(() => {
    const refused = uploads.list.value.filter((upload) => upload.problem).length;
    if (refused) announce(`${count(refused, "file")} could not be uploaded.`);
  });
  if (rows.length === 0) return null;
  return (
    <ul class="rows" aria-label="Files to upload">
      {rows.map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

/** Leads to the documents that were just uploaded together. */
export function Together() {
  const { uploads } = useServices();
  const last = uploads.together.value;
  if (!last) return null;
  return (
    <p class="together">
      {count(last.count, "file")} uploaded together.{" "}
      <a href={hrefTo({ view: "batch", id: last.batchId })}>Follow them as one batch</a>
    </p>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { uploads } = useServices();
  const { name } = upload.file;
  return (
    <li class={`row ${upload.problem ? "bad" : ""}`} data-testid="upload" data-state={upload.state}>
      <span class="row-glyph">
        <Icon name={upload.problem ? "warn" : "upload"} />
      </span>
      <div class="row-main">
        <p class="row-name">{name}</p>
        <p class="row-line">{upload.problem ?? "Preparing the upload"}</p>
      </div>
      <div class="row-actions">
        {upload.state === "failed" && (
          <button
            type="button"
            class="button"
            aria-label={`Upload ${name} again`}
            onClick={() => void uploads.retry(upload.id)}
          >
            Try again
          </button>
        )}
        {upload.problem && (
          <button
            type="button"
            class="button quiet round"
            aria-label={`Dismiss ${name}`}
            onClick={() => uploads.dismiss(upload.id)}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </li>
  );
}
