/** Files dragged over any part of the page can be let go there. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go, route } from "../../app/routes";
import { useServices } from "../../app/services";

export function DropTarget() {
  const { uploads } = useServices();
  const over = useSignal(false);
  useEffect(() => {
    // Each element that is entered and left tells of it; the page is left when all are.
    let depth = 0;
    const withFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!withFiles(event)) return;
      depth += 1;
      over.value = true;
    };
    const leave = (event: DragEvent) => {
      if (!withFiles(event)) return;
      depth = Math.max(0, depth - 1);
      over.value = depth > 0;
    };
    const allow = (event: DragEvent) => {
      if (withFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!withFiles(event)) return;
      event.preventDefault();
      depth = 0;
      over.value = false;
      void uploads.add([...(event.dataTransfer?.files ?? [])]);
      if (route.peek().view !== "documents") go({ view: "documents", filter: "all" });
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", allow);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", allow);
      window.removeEventListener("drop", drop);
    };
  }, []);
  if (!over.value) return null;
  return (
    <div class="drop-target">
      <p>Let go to upload</p>
    </div>
  );
}
