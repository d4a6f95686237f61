/** Documents that were uploaded together. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../../api/client";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Note, Progress } from "../../components/bits";
import { useAction, useView } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { isFinal } from "../../documents/status";
import { count } from "../../words/numbers";
import { DocumentRow } from "../documents/DocumentRow";

export function Batch({ id }: { id: string }) {
  const { api, store } = useServices();
  const ids = useSignal<readonly string[]>([]);
  const { problem, run } = useAction();
  const heading = useView("Uploaded together", id);
  useEffect(() => {
    void run(async () => {
      const { documents } = await ask(api.GET("/batches/{batch_id}", { params: { path: { batch_id: id } } }));
      for (const document of documents) store.put(document);
      ids.value = documents.map((document) => document.document_id);
    });
  }, [id]);
  const documents = ids.value.flatMap((each) => store.get(each)?.document ?? []);
  const ended = documents.filter((document) => isFinal(document.status)).length;
  return (
    <div class="column">
      <a class="back" href={hrefTo({ view: "documents", filter: "all" })}>
        <Icon name="back" />
        All documents
      </a>
      <h1 ref={heading} tabIndex={-1}>
        Uploaded together
      </h1>
      {problem.value && <Note role="alert">{problem.value}</Note>}
      {documents.length > 0 && (
        <>
          <p class="lead">
            {ended === documents.length
              ? `All ${count(documents.length, "document")} have ended`
              : `${ended} of ${count(documents.length, "document")} have ended`}
          </p>
          <Progress label="Documents that have ended" done={ended / documents.length} />
          <ul class="rows" aria-label="Documents">
            {documents.map((document) => (
              <DocumentRow key={document.document_id} id={document.document_id} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
