/** What tests of pure parts share. */

import type { Document } from "../src/api/client";

export function documentOf(change: Partial<Document> = {}): Document {
  return {
    document_id: "a",
    batch_id: null,
    filename: "scan.pdf",
    status: "processing",
    stage: "reading pages",
    retryable: false,
    code: null,
    message: null,
    content_type: "application/pdf",
    byte_size: 1_000,
    languages: "eng",
    priority: false,
    page_count: 5,
    pages_done: 1,
    pages_failed: 0,
    failed_pages: [],
    suggested_languages: null,
    outputs: [],
    pdfa: false,
    pdfa_conforms: null,
    pdfa_pages_drawn: null,
    tier: "small",
    queue_position: null,
    eta: null,
    mean_confidence: null,
    cost_microusd: null,
    cost_usd: null,
    revision: 5,
    created_at: "2026-11-01T10:00:00Z",
    uploaded_at: "2026-11-01T10:00:01Z",
    queued_at: null,
    started_at: null,
    assembling_at: null,
    finished_at: null,
    ...change,
  };
}
