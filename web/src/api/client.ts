/**
 * The typed client of the HTTP API: paths, parameters and answers come from docs/openapi.json.
 *
 * It stands alone, so that other frontends can use it: see docs/web.md.
 */

import createClient, { type Client } from "openapi-fetch";
import type { Problem, paths } from "./schema";

export type {
  Batch,
  ChangeSettings,
  Document,
  FailedPage,
  Hit,
  Me,
  Outline,
  Overview,
  Page,
  PageOutline,
  Settings,
  Webhook,
  WebhookDelivery,
  WebhookWithSecret,
  Word,
} from "./schema";

export type Api = Client<paths, "application/json">;

export interface TokenSource {
  /** A token for the API; `fresh` asks for a new one. */
  token(fresh?: boolean): Promise<string>;
}

/** A request that was refused or that did not arrive. `message` says what to do. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/**
 * A client that signs its requests.
 *
 * A request whose token was not taken is sent once more, with a fresh one. The gateway answers 401 to a request without
 * a token and 403 to one with a token that it does not take; a 403 of the API itself is a problem document.
 */
export function apiClient(baseUrl: string, tokens: TokenSource, send: typeof fetch = fetch): Api {
  const signed: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const again = request.clone();
    const answer = await send(withToken(request, await tokens.token()));
    if (!isOfGateway(answer)) return answer;
    return send(withToken(again, await tokens.token(true)));
  };
  return createClient<paths>({
    baseUrl,
    fetch: signed,
    querySerializer: { array: { style: "form", explode: false } },
  });
}

function isOfGateway(answer: Response): boolean {
  const problem = answer.headers.get("content-type")?.startsWith("application/problem+json");
  return answer.status === 401 || (answer.status === 403 && !problem);
}

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * What was answered.
 *
 * @throws ApiError when it was refused, or when nothing was answered.
 */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof TypeError) {
      throw new ApiError("connection_failed", 0, "There is no connection. Check yours, then try again.");
    }
    throw error;
  }
  if (answer.response.ok) return answer.data as T;
  const problem = (answer.error ?? {}) as Partial<Problem>;
  const told = problem.detail ?? `The request was refused (HTTP ${answer.response.status}). Try again later.`;
  throw new ApiError(problem.code ?? "refused", answer.response.status, told);
}

/** The sentence of an error, for a person. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong here. Try again.";
}
