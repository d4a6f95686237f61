/** Taking the results along: as files, and on the clipboard. */

import { type Api, ask } from "../api/client";

/** The whole text of a document as far as it has been read, parted by blank lines between pages. */
export async function wholeText(api: Api, id: string): Promise<string> {
  const parts: string[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const params: { path: { document_id: string }; query: { after: number } } = {
      path: { document_id: id },
      query: { after },
    };
    const answer: { pages: { text: string }[]; next_after: number | null } = await ask(
      api.GET("/documents/{document_id}/text", { params }),
    );
    parts.push(...answer.pages.map((page) => page.text.trimEnd()));
    after = answer.next_after;
  }
  return parts.join("\n\n");
}

/** Save text as a file. */
export function saveText(text: string, filename: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  follow(address, filename);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A file that was made of a document, with the ending that it is saved under. */
export const FILES = {
  searchable_pdf_url: { name: "Searchable PDF", ending: "pdf" },
  hocr_url: { name: "hOCR", ending: "hocr" },
  alto_url: { name: "ALTO", ending: "alto.xml" },
} as const;

export type FileKind = keyof typeof FILES;

/** Have the browser fetch a file; storage says under which name it is saved, where it knows better. */
export async function saveFile(api: Api, id: string, filename: string, kind: FileKind): Promise<void> {
  const params = { path: { document_id: id } };
  const address = (await ask(api.GET("/documents/{document_id}/files", { params })))[kind];
  if (!address)
    throw new Error("This file was not made. Upload the document again and ask for it under Options.");
  follow(address, renamed(filename, FILES[kind].ending));
}

/** A name with another ending. */
export function renamed(filename: string, ending: string): string {
  return `${filename.replace(/\.[A-Za-z0-9]{1,5}$/, "") || "document"}.${ending}`;
}

function follow(address: string, filename: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.rel = "noreferrer";
  document.body.append(link);
  link.click();
  link.remove();
}
