/** A secret that is shown once. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { announce } from "../../app/announce";
import { Note } from "../../components/bits";
import { Icon } from "../../components/Icon";

export function Secret({ secret }: { secret: string }) {
  const copied = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    copied.value = false;
    field.current?.focus();
  }, [secret]);
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    announce("The secret is on the clipboard.");
    copied.value = true;
  };
  return (
    <Note tone="warn">
      <p>
        This secret signs what is sent. It is shown this once: keep it where your program reads it, and have
        it check each signature.
      </p>
      <div class="secret">
        <input
          ref={field}
          readOnly
          value={secret}
          aria-label="Secret of the webhook"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" onClick={() => void copy()}>
          <Icon name={copied.value ? "check" : "copy"} />
          {copied.value ? "Copied" : "Copy"}
        </button>
      </div>
    </Note>
  );
}
