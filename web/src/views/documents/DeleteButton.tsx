/** Deleting, after a question: it cannot be undone. */

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { sentence } from "../../api/client";
import { announce } from "../../app/announce";
import { Note } from "../../components/bits";
import { Dialog } from "../../components/Dialog";
import { Icon } from "../../components/Icon";
import { useDocumentActions } from "./actions";

interface Props {
  id: string;
  filename: string;
  /** With its word beside the icon. */
  wide?: boolean;
  onDeleted?: () => void;
}

export function DeleteButton({ id, filename, wide = false, onDeleted }: Props) {
  const asked = useSignal(false);
  const problem = useSignal<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { erase } = useDocumentActions(id);
  const confirm = async () => {
    const row = button.current?.closest("li");
    const beside = row?.nextElementSibling ?? row?.previousElementSibling;
    try {
      await erase();
      announce("The document is deleted.");
      if (onDeleted) onDeleted();
      else focusSoon(beside);
    } catch (error) {
      problem.value = sentence(error);
      throw error;
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`button quiet ${wide ? "" : "round"}`}
        aria-label={`Delete ${filename}`}
        onClick={() => {
          problem.value = null;
          asked.value = true;
        }}
      >
        <Icon name="trash" />
        {wide && <span>Delete</span>}
      </button>
      {asked.value && (
        <Dialog
          title="Delete this document?"
          confirm="Delete for good"
          onConfirm={confirm}
          onClose={() => {
            asked.value = false;
          }}
        >
          <p>
            <b>{filename}</b>, its text, its pictures and its searchable PDF are erased everywhere. This
            cannot be undone.
          </p>
          {problem.value && <Note role="alert">{problem.value}</Note>}
        </Dialog>
      )}
    </>
  );
}

/** Once the row and its dialog are gone, the keyboard goes on at the document beside it, or at the view. */
function focusSoon(beside: Element | null | undefined): void {
  setTimeout(() => {
    const link = beside?.isConnected ? beside.querySelector("a") : null;
    (link ?? document.getElementById("main"))?.focus();
  });
}
