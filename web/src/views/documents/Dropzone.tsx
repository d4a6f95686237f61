/** Where files come in: drop them anywhere on the page, choose them here, or take a photo. */

import { useRef } from "preact/hooks";
import { useServices } from "../../app/services";
import { Icon } from "../../components/Icon";
import { acceptOf, formatNames } from "../../uploads/checks";
import { integer, size } from "../../words/numbers";
import { Options } from "./Options";

/** @param compact smaller, once there are documents to look at. */
export function Dropzone({ compact }: { compact: boolean }) {
  const { uploads, me } = useServices();
  const { limits } = me.value;
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    void uploads.add([...(input.files ?? [])]);
    // The same file chosen again is a change again.
    input.value = "";
  };
  return (
    <section class={`dropzone ${compact ? "compact" : ""}`} aria-labelledby="dropzone-title">
      <div class="dropzone-art" aria-hidden="true">
        <Sheet />
      </div>
      <div class="dropzone-text">
        <p id="dropzone-title" class="dropzone-title">
          {compact ? "Add documents" : "Drop your scans here"}
        </p>
        <p class="dropzone-limits">
          {formatNames(limits.formats)}; up to {size(limits.max_file_bytes)} and {integer(limits.max_pages)}{" "}
          pages each
        </p>
      </div>
      <div class="dropzone-actions">
        <button type="button" class="button primary" onClick={() => files.current?.click()}>
          <Icon name="upload" />
          Choose files
        </button>
        <button type="button" class="button touch-only" onClick={() => camera.current?.click()}>
          <Icon name="camera" />
          Take a photo
        </button>
      </div>
      <Options />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        accept={acceptOf(limits.formats)}
        aria-label="Files to upload"
        onChange={take}
        data-testid="files"
      />
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        aria-label="Photo to upload"
        onChange={take}
      />
    </section>
  );
}

/** A sheet with the line of light that reads it. */
function Sheet() {
  return (
    <svg viewBox="0 0 96 96" aria-hidden="true">
      <path class="art-back" d="M30 14h30l18 18v50a4 4 0 0 1-4 4H30a4 4 0 0 1-4-4V18a4 4 0 0 1 4-4z" />
      <path class="art-page" d="M24 10h30l18 18v50a4 4 0 0 1-4 4H24a4 4 0 0 1-4-4V14a4 4 0 0 1 4-4z" />
      <path class="art-fold" d="M54 10v14a4 4 0 0 0 4 4h14z" />
      <path class="art-lines" d="M30 34h26M30 42h32" />
      <path class="art-words" d="M30 60h9M43 60h15M30 68h16M50 68h8" />
      <path class="art-beam" d="M10 51h72" />
    </svg>
  );
}
