/** Files on their way: announced to the API, sent to S3, and handed over to the list of documents. */

import { batch, signal } from "@preact/signals";
import { type Api, ApiError, ask, type Me, sentence } from "../api/client";
import type { DocumentStore } from "../documents/store";
import { refusalOf, typeOf } from "./checks";
import type { Transfer } from "./transfer";
import { asked, wishes } from "./wishes";

export type UploadState = "preparing" | "sending" | "sent" | "failed" | "refused";

export interface Upload {
  readonly id: string;
  readonly file: File;
  readonly state: UploadState;
  /** Bytes sent. */
  readonly sent: number;
  readonly documentId: string | null;
  readonly batchId: string | null;
  /** When the form that it is sent with ends, milliseconds since 1970. */
  readonly formEnds: number;
  /** What happened and what to do, when it is refused or has failed. */
  readonly problem: string | null;
  /** Whether it failed for want of a network, so that it goes on when that is back. */
  readonly waits: boolean;
}

/** Documents that one request creates, as the API bounds it. */
const BATCH = 50;
const LOST = "The upload was interrupted. Check your connection, then try again.";
const OFFLINE = "There is no connection. The upload goes on by itself when it is back.";

export class Uploads {
  readonly list = signal<readonly Upload[]>([]);
  /** The documents that were last uploaded together. */
  readonly together = signal<{ batchId: string; count: number } | null>(null);
  #transfer: Promise<Transfer> | null = null;
  #last = 0;

  constructor(
    private readonly api: Api,
    private readonly store: DocumentStore,
    private readonly limits: () => Me["limits"] | null,
    private readonly online: () => boolean = () => navigator.onLine,
  ) {}

  /** Whether leaving the page would lose something. */
  get busy(): boolean {
    return this.list.peek().some((upload) => upload.state === "preparing" || upload.state === "sending");
  }

  /** Upload files, several of them as a batch. Ends when all are announced. Each tells in the list how it goes. */
  async add(files: readonly File[]): Promise<void> {
    const taken: Upload[] = [];
    batch(() => {
      this.list.value = this.list.peek().filter((upload) => upload.state !== "sent");
      for (const file of files) {
        const upload = this.#begin(file);
        if (upload.state === "preparing") taken.push(upload);
      }
    });
    for (let start = 0; start < taken.length; start += BATCH)
      await this.#announce(taken.slice(start, start + BATCH));
  }

  /** Send again what failed: by the same form, or by a new one when that has ended. */
  async retry(id: string): Promise<void> {
    const upload = this.#find(id);
    if (!upload) return;
    if (upload.documentId && Date.now() < upload.formEnds && this.#forms.has(id)) {
      await this.#send(id);
    } else {
      this.#change(id, { state: "preparing", problem: null });
      await this.#announce([upload]);
    }
  }

  /** The network is back: go on with what failed for want of it. */
  async resume(): Promise<void> {
    const waiting = this.list.peek().filter((upload) => upload.state === "failed" && upload.waits);
    await Promise.all(waiting.map(({ id }) => this.retry(id)));
  }

  /** Stop sending; the document that was announced is cancelled. */
  async cancel(id: string): Promise<void> {
    const upload = this.#find(id);
    this.dismiss(id);
    (await this.#transfer)?.cancel(id);
    if (!upload?.documentId) return;
    const path = { document_id: upload.documentId };
    this.store.put(await ask(this.api.POST("/documents/{document_id}/cancel", { params: { path } })));
  }

  /** Take it out of the list. */
  dismiss(id: string): void {
    this.#forms.delete(id);
    this.list.value = this.list.peek().filter((upload) => upload.id !== id);
  }

  readonly #forms = new Map<string, { url: string; fields: Record<string, string> }>();

  #begin(file: File): Upload {
    const limits = this.limits();
    const refusal = limits && refusalOf(file, limits);
    const upload: Upload = {
      id: `upload-${++this.#last}`,
      file,
      state: refusal ? "refused" : "preparing",
      sent: 0,
      documentId: null,
      batchId: null,
      formEnds: 0,
      problem: refusal?.message ?? null,
      waits: false,
    };
    this.list.value = [...this.list.peek(), upload];
    return upload;
  }

  async #announce(uploads: readonly Upload[]): Promise<void> {
    try {
      const { batchId, documents } = await this.#create(uploads);
      if (batchId) this.together.value = { batchId, count: documents.length };
      uploads.forEach(({ id }, place) => {
        const created = documents[place];
        if (!created || !this.#find(id)) return;
        this.#forms.set(id, created.upload);
        const formEnds = Date.parse(created.expires_at);
        this.#change(id, { documentId: created.document_id, batchId, formEnds });
      });
      await Promise.all([
        this.#show(batchId, documents[0]?.document_id),
        ...uploads.map(({ id }) => this.#send(id)),
      ]);
    } catch (error) {
      const lost = error instanceof ApiError && error.status === 0;
      for (const { id } of uploads) this.#fail(id, sentence(error), lost);
    }
  }

  async #create(uploads: readonly Upload[]) {
    const wished = asked(wishes.peek());
    const documents = uploads.map(({ file }) => ({
      filename: file.name.slice(-255),
      byte_size: file.size,
      content_type: typeOf(file, this.limits()?.formats ?? []),
      ...wished,
    }));
    // Sent again under the same key, when the answer was lost on the way.
    const header = { "idempotency-key": crypto.randomUUID() };
    const [only] = documents;
    const once = async () => {
      if (only && documents.length === 1) {
        const one = await ask(this.api.POST("/documents", { body: only, params: { header } }));
        return { batchId: null, documents: [one] };
      }
      const many = await ask(this.api.POST("/batches", { body: { documents }, params: { header } }));
      return { batchId: many.batch_id, documents: many.documents };
    };
    return once().catch((error) => {
      if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) return once();
      throw error;
    });
  }

  /** The documents as they were created, so that they stand in the list while they are sent. */
  async #show(batchId: string | null, documentId: string | undefined): Promise<void> {
    if (batchId) {
      const path = { batch_id: batchId };
      const { documents } = await ask(this.api.GET("/batches/{batch_id}", { params: { path } }));
      for (const document of documents) this.store.put(document);
    } else if (documentId) {
      const path = { document_id: documentId };
      this.store.put(await ask(this.api.GET("/documents/{document_id}", { params: { path } })));
    }
  }

  async #send(id: string): Promise<void> {
    this.#transfer ??= this.#makeTransfer();
    const transfer = await this.#transfer;
    const [upload, form] = [this.#find(id), this.#forms.get(id)];
    if (!upload || !form) return;
    this.#change(id, { state: "sending", sent: 0, problem: null });
    transfer.send(id, upload.file, form);
  }

  async #makeTransfer(): Promise<Transfer> {
    const { transfer } = await import("./transfer");
    return transfer({
      progress: (id, sent) => this.#change(id, { sent }),
      done: (id) => {
        const upload = this.#find(id);
        this.#change(id, { state: "sent", sent: upload?.file.size ?? 0 });
        this.#forms.delete(id);
      },
      failed: (id) => this.#fail(id, LOST, true),
    });
  }

  #fail(id: string, problem: string, lost: boolean): void {
    const waits = lost && !this.online();
    this.#change(id, { state: "failed", problem: waits ? OFFLINE : problem, waits });
  }

  #find(id: string): Upload | undefined {
    return this.list.peek().find((upload) => upload.id === id);
  }

  #change(id: string, change: Partial<Upload>): void {
    this.list.value = this.list
      .peek()
      .map((upload) => (upload.id === id ? { ...upload, ...change } : upload));
  }
}
