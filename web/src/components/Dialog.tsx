/** A question that has to be answered before anything else: the browser's own modal dialog. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface Props {
  title: string;
  children: ComponentChildren;
  confirm: string;
  /** Called when it is confirmed; the dialog closes after it. */
  onConfirm(): Promise<void> | void;
  onClose(): void;
}

/** Opens when it is rendered. Focus begins at the harmless answer, and goes back to where it was. */
export function Dialog({ title, children, confirm, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const answer = async (event: Event) => {
    event.preventDefault();
    await onConfirm();
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose}>
      <form method="dialog" onSubmit={answer}>
        <h2 id={id}>{title}</h2>
        <div class="dialog-text">{children}</div>
        <div class="dialog-actions">
          <button type="button" class="button" autofocus onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button type="submit" class="button danger">
            {confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}
