/** Taking the results along; the text also before all of it is there. */

import { useSignal } from "@preact/signals";
import type { Document } from "../../api/client";
import { announce } from "../../app/announce";
import { useServices } from "../../app/services";
import { Note } from "../../components/bits";
import { useAction } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { FILES, type FileKind, renamed, saveFile, saveText, wholeText } from "../../documents/files";
import { hasResult } from "../../documents/status";

export function Take({ document }: { document: Document }) {
  const { api } = useServices();
  const { busy, problem, run } = useAction();
  const copied = useSignal(false);
  const { document_id: id, filename } = document;
  if (document.pages_done === 0) return null;
  const copy = () =>
    run(async () => {
      await navigator.clipboard.writeText(await wholeText(api, id));
      announce("The text is on the clipboard.");
      copied.value = true;
      setTimeout(() => {
        copied.value = false;
      }, 2_000);
    });
  const made: FileKind[] = hasResult(document)
    ? ["searchable_pdf_url", ...(document.outputs ?? []).map((output) => `${output}_url` as const)]
    : [];
  return (
    <>
      {made.map((kind, place) => (
        <button
          key={kind}
          type="button"
          class={`button ${place === 0 ? "primary" : ""}`}
          disabled={busy.value}
          onClick={() => run(() => saveFile(api, id, filename, kind))}
        >
          <Icon name="download" />
          {FILES[kind].name}
        </button>
      ))}
      <button
        type="button"
        class="button"
        disabled={busy.value}
        onClick={() => run(async () => saveText(await wholeText(api, id), renamed(filename, "txt")))}
      >
        <Icon name="download" />
        Text
      </button>
      <button type="button" class="button" disabled={busy.value} onClick={copy}>
        <Icon name={copied.value ? "check" : "copy"} />
        {copied.value ? "Copied" : "Copy text"}
      </button>
      {problem.value && <Note role="alert">{problem.value}</Note>}
    </>
  );
}
